import { z } from "zod";

/** Who did it; stored with every event. */
export const actorSchema = z.object({
  type: z.enum(["person", "session", "system", "token"]),
  id: z.string(),
  name: z.string(),
});
export type Actor = z.infer<typeof actorSchema>;

/** A caller of an operation: an actor and, for a sandbox, the one sandbox it may speak for. */
export interface Caller {
  readonly actor: Actor;
  readonly sandboxId?: string;
}

/**
 * Who may call an operation. Every entry of the catalogue declares one; `authorize` decides.
 *
 *     member          a person or a program of theirs
 *     project         a member, or a live session about its own task's project
 *     project-output  the same, of live sessions about nobody's output but their own
 *     project-graph   the same, for tasks the session created and tasks that wait for its own
 *     sandbox         the session alone, about itself
 */
export const policies = ["member", "project", "project-output", "project-graph", "sandbox"] as const;
export type Policy = (typeof policies)[number];

export const owner: Caller = { actor: { type: "person", id: "owner", name: "Owner" } };
export const system: Actor = { type: "system", id: "orchestrator", name: "Runboard" };
