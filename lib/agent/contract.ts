import { z } from "zod";
import { idSchema, operation } from "@/lib/operation.ts";

const foundAgentSchema = z.object({
  name: z.string(),
  /** The program found; null: none. */
  program: z.string().nullable(),
  version: z.string().nullable(),
  /** Why it cannot be used, and what to do; null: it can. */
  problem: z.string().nullable(),
});
export type FoundAgent = z.infer<typeof foundAgentSchema>;

const foundSandboxSchema = z.object({
  name: z.string(),
  isIsolated: z.boolean(),
  isUsable: z.boolean(),
  problem: z.string().nullable(),
});
export type FoundSandbox = z.infer<typeof foundSandboxSchema>;

export const agentContract = {
  list: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/agents",
    summary: "The agents and sandbox providers found by each live orchestrator",
    input: z.strictObject({}),
    output: z.object({
      orchestrators: z.array(
        z.object({
          id: idSchema,
          hostId: idSchema,
          agents: z.array(foundAgentSchema),
          sandboxes: z.array(foundSandboxSchema),
        }),
      ),
    }),
  }),
};
