import { z } from "zod";
import { actorSchema } from "@/lib/actor.ts";
import { eventTypes } from "@/lib/events.ts";
import {
  cursorQuery,
  idSchema,
  limitQuery,
  listOf,
  operation,
  projectRefSchema,
  queryNumber,
  timeSchema,
} from "@/lib/operation.ts";

const eventSchema = z.object({
  seq: z.number().int(),
  type: z.string(),
  projectId: idSchema.nullable(),
  entityType: z.string(),
  entityId: idSchema,
  actor: actorSchema,
  at: timeSchema,
  payload: z.unknown(),
});

export const eventContract = {
  list: operation({
    policy: "project",
    effect: "read",
    method: "GET",
    path: "/projects/{projectId}/events",
    summary: "The project's journal",
    input: z.strictObject({
      projectId: projectRefSchema,
      after: queryNumber(0, Number.MAX_SAFE_INTEGER).default(0).describe("Only events with a greater seq"),
      before: queryNumber(1, Number.MAX_SAFE_INTEGER)
        .optional()
        .describe("Only events with a smaller seq; pages backwards with order=desc"),
      limit: limitQuery,
      cursor: cursorQuery,
      type: z.string().max(500).optional().meta({ description: "Comma-separated event types", "x-words": eventTypes }),
      entityId: idSchema.optional(),
      order: z.enum(["asc", "desc"]).default("asc"),
    }),
    output: listOf(eventSchema).extend({
      firstSeq: z.number().int().describe("Events before it were removed by retention"),
      lastSeq: z.number().int(),
      isGapped: z.boolean().describe("Some events after `after` are no longer kept: read the current state anew"),
    }),
  }),
};
