import { oc } from "@orpc/contract";
import { z } from "zod";
import type { Policy } from "@/lib/actor.ts";
import type { ErrorCode } from "@/lib/errors.ts";

/** What shows operations beside HTTP and OpenAPI, which show every one. A screen is what a person does in the browser. */
export const doors = ["cli", "mcp", "screen"] as const;
export type Door = (typeof doors)[number];

/** What an entry of the catalogue says beside its shapes. */
export interface OperationMeta {
  policy: Policy;
  effect: "read" | "write";
  /** Ends or removes what no other operation brings back as it was. */
  isDestructive?: true;
  /** Doors that do not show it, each with the reason. */
  without?: Partial<Record<Door, string>>;
  /** Refusals of its own, beside those that follow from its shape (lib/http/openapi/errors-of.ts). */
  errors?: readonly ErrorCode[];
  /** A read of several statements whose parts have to agree: all of them see one moment. */
  isSnapshot?: true;
}

interface OperationSpec<Input extends z.ZodType, Output extends z.ZodType> extends OperationMeta {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: `/${string}`;
  summary: string;
  input: Input;
  output: Output;
  /** HTTP status of success; 200 unless said. */
  status?: 200 | 201 | 202;
}

/** One entry of the catalogue. An operation without a declared policy does not compile. */
export function operation<Input extends z.ZodType, Output extends z.ZodType>(spec: OperationSpec<Input, Output>) {
  const tag = spec.path.split("/").find((part) => part !== "" && !part.startsWith("{"));
  return oc
    .$meta<OperationMeta>({
      policy: spec.policy,
      effect: spec.effect,
      ...(spec.isSnapshot ? { isSnapshot: spec.isSnapshot } : {}),
      ...(spec.isDestructive ? { isDestructive: spec.isDestructive } : {}),
      ...(spec.without ? { without: spec.without } : {}),
      ...(spec.errors ? { errors: spec.errors } : {}),
    })
    .route({
      method: spec.method,
      path: spec.path,
      summary: spec.summary,
      successStatus: spec.status ?? 200,
      tags: [tag ?? "runboard"],
    })
    .input(spec.input)
    .output(spec.output);
}

/** UUIDv7 everywhere; a project may also be named by its key. */
export const idSchema = z.uuid();
export const projectRefSchema = z.string().min(1).max(64).describe("Project id or key");
export const taskRefSchema = z.string().min(1).max(64).describe("Task id or key such as DEMO-12");
export const timeSchema = z.string().describe("ISO 8601, UTC");

/**
 * A time that somebody sends: ISO 8601 with its offset; what comes of it is in UTC and whole milliseconds. Of the years 1 to 9999:
 * others PostgreSQL does not take, or gives back as text that is no time here.
 */
export const sentTimeSchema = z.iso
  .datetime({ offset: true, abort: true })
  .refine((text) => /^(?!0000)\d{4}-/.test(new Date(text).toISOString()), {
    message: "A time of the years 1 to 9999, in UTC",
    abort: true,
  })
  .overwrite((text) => new Date(text).toISOString());

/** Tokens of a model; null: not known. */
export const tokensSchema = z.object({
  input: z.number().int().nullable(),
  output: z.number().int().nullable(),
  cacheRead: z.number().int().nullable(),
  cacheWrite: z.number().int().nullable(),
});

/** Numbers and lists in a query string arrive as text. */
export const queryNumber = (min: number, max: number) => z.coerce.number().int().min(min).max(max);
export const limitQuery = queryNumber(1, 200).default(100);
export const cursorQuery = z.string().max(500).optional().describe("nextCursor of the page before");

export const listOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() });
