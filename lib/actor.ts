import { z } from "zod";
import { DomainError } from "@/lib/errors.ts";

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

/** Who may call an operation. Every entry of the catalogue declares one. */
export type Policy = "member" | "sandbox";

export const owner: Caller = { actor: { type: "person", id: "owner", name: "Owner" } };
export const system: Actor = { type: "system", id: "orchestrator", name: "Runboard" };

/** Refuses what the caller may not do. The one place that decides it. */
export function authorize(caller: Caller, policy: Policy, input: unknown): void {
  const isSandbox = caller.sandboxId !== undefined;
  if (policy === "member" && isSandbox) {
    throw new DomainError("FORBIDDEN", "A sandbox token may only report about its own sandbox.");
  }
  if (policy === "sandbox") {
    if (!isSandbox) throw new DomainError("FORBIDDEN", "Only the sandbox itself may report about its session.");
    if ((input as { sandboxId?: string }).sandboxId !== caller.sandboxId) {
      throw new DomainError("STALE_ATTEMPT", "This token belongs to another sandbox.");
    }
  }
}
