import { z } from "zod";
import { configChangesSchema, configSchema } from "@/lib/config/schema.ts";
import { operation, timeSchema } from "@/lib/operation.ts";

const configOutput = z.object({ values: configSchema, version: z.number().int(), updatedAt: timeSchema });

export const configContract = {
  get: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/config",
    summary: "The instance's limits and policies",
    input: z.strictObject({}),
    output: configOutput,
  }),
  update: operation({
    policy: "member",
    effect: "write",
    method: "PATCH",
    path: "/config",
    summary: "Change limits and policies",
    input: z.strictObject({
      values: configChangesSchema,
      version: z.number().int().optional(),
    }),
    output: configOutput,
  }),
};
