import { z } from "zod";
import { actorSchema } from "@/lib/actor.ts";
import { idSchema, timeSchema, tokensSchema } from "@/lib/operation.ts";
import { sessionStatuses } from "@/lib/session/machine.ts";

export const sessionTypeSchema = z.enum(["autonomous", "interactive"]);

export const sessionSchema = z.object({
  id: idSchema,
  taskId: idSchema,
  taskKey: z.string(),
  taskTitle: z.string(),
  projectId: idSchema,
  attempt: z.number().int(),
  generation: z.number().int(),
  type: sessionTypeSchema,
  status: z.enum(sessionStatuses),
  reason: z.string().nullable(),
  message: z.string().nullable(),
  agent: z.string(),
  sandboxProvider: z.string(),
  sandboxId: idSchema.nullable(),
  baseCommit: z.string().nullable(),
  branch: z.string(),
  resultCommit: z.string().nullable(),
  startedAt: timeSchema,
  endedAt: timeSchema.nullable(),
  exitCode: z.number().int().nullable(),
  /** When the attempt after this one is due; null: it has started, or none is planned. */
  nextAttemptAt: timeSchema.nullable(),
  logBytes: z.number().int(),
  /** Output over the cap, not kept. */
  droppedBytes: z.number().int(),
  requestedBy: z.string().nullable(),
  /** What was allocated at the claim; null: asked for nothing. */
  cpus: z.number().nullable(),
  memoryBytes: z.number().int().nullable(),
  diskBytes: z.number().int().nullable(),
  /** Last output, or last time its processes were seen computing. */
  activeAt: timeSchema,
  monitoredAt: timeSchema.nullable(),
  /** By which means its processes are known and its limits enforced. */
  means: z.record(z.string(), z.string()),
  usage: z.record(z.string(), z.unknown()),
  /** What the agent said of itself; null: it did not, or there is none. */
  agentVersion: z.string().nullable(),
  model: z.string().nullable(),
  /** Tokens and cost so far; null: not known. */
  tokens: tokensSchema,
  costUsd: z.number().nullable(),
  /** What it does at the moment, one line; null when it has ended or says nothing. */
  liveLine: z.string().nullable(),
  /** The output is a line of JSON for each thing the agent did (lib/agent/events), not what a command printed. */
  isTranscript: z.boolean(),
  /** It runs in a terminal that people may look at and type into. */
  hasTerminal: z.boolean(),
});
export type Session = z.infer<typeof sessionSchema>;

/** What a person said to a running session. */
export const sessionPromptSchema = z.object({
  id: idSchema,
  sessionId: idSchema,
  text: z.string(),
  author: actorSchema,
  createdAt: timeSchema,
  /** When the agent took it; null: not yet, or refused. */
  deliveredAt: timeSchema.nullable(),
  /** Why it did not. */
  refusal: z.string().nullable(),
});
export type SessionPrompt = z.infer<typeof sessionPromptSchema>;

/** A setting that sessions start with. */
export const effectiveSettingSchema = z.object({
  name: z.string(),
  value: z.unknown(),
  from: z.enum(["project", "instance", "default"]).describe("Who chose it; default: nobody"),
});
export type EffectiveSetting = z.infer<typeof effectiveSettingSchema>;

/** A part of a session's output. Offsets count bytes of the whole output. */
export const logPageSchema = z.object({
  items: z.array(z.object({ offset: z.number().int(), text: z.string(), at: timeSchema })),
  /** Ask again with after = this. */
  nextOffset: z.number().int(),
  /** Nothing more will come after nextOffset. */
  isComplete: z.boolean(),
  /** When retention removed the output; null while it is there. */
  removedAt: timeSchema.nullable(),
});
export type LogPage = z.infer<typeof logPageSchema>;
