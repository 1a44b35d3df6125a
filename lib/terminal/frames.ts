import { z } from "zod";

/**
 * What the web process and the orchestrator that has a terminal say to each other about one viewer, a line of JSON each, on a Unix
 * socket. The web process begins with the ticket; nothing is said before it is taken.
 */

/** A terminal's size, in characters. */
export const sizeFields = { columns: z.number().int().min(2).max(500), rows: z.number().int().min(1).max(300) };
export const terminalSizeSchema = z.strictObject(sizeFields);
export type TerminalSize = z.infer<typeof terminalSizeSchema>;

/** Of what is typed or pasted at once. */
export const inputMax = 16_384;

export const viewerFrameSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("open"), ticket: z.string().max(200), ...sizeFields }),
  z.strictObject({ type: z.literal("input"), data: z.string().max(inputMax) }),
  z.strictObject({ type: z.literal("resize"), ...sizeFields }),
  z.strictObject({ type: z.literal("take") }),
  z.strictObject({ type: z.literal("release") }),
]);
export type ViewerFrame = z.infer<typeof viewerFrameSchema>;

const stateFields = {
  /** Of the terminal; whoever types decides it. */
  ...sizeFields,
  /** Who types from a browser; null: nobody. */
  typist: z.string().nullable(),
  /** It is this viewer. */
  canType: z.boolean(),
  /** How many look at it from browsers. */
  viewers: z.number().int(),
};
const stateSchema = z.strictObject(stateFields);
export type TerminalState = z.infer<typeof stateSchema>;

export const terminalFrameSchema = z.discriminatedUnion("type", [
  /** The ticket was taken. */
  z.strictObject({ type: z.literal("opened") }),
  z.strictObject({
    type: z.literal("refused"),
    code: z.enum(["FORBIDDEN", "UNAVAILABLE", "RESOURCE_EXHAUSTED"]),
    message: z.string(),
  }),
  z.strictObject({ type: z.literal("output"), data: z.string() }),
  z.strictObject({ type: z.literal("state"), ...stateFields }),
  /** What follows begins on an empty screen: at first, and when the right to type has changed. */
  z.strictObject({ type: z.literal("clear") }),
  /** The terminal has ended. */
  z.strictObject({ type: z.literal("ended") }),
]);
export type TerminalFrame = z.infer<typeof terminalFrameSchema>;
