import type { Caller } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { type Tool, type ToolListing, tools } from "@/lib/mcp/tools.ts";
import { liveScope, type SessionScope } from "@/lib/session/scope.ts";

/** Who speaks to us, and what is offered to them. `authorize` decides again what they may. */
export interface Visitor {
  caller: Caller;
  /** Of a session; null: a person, or a program of theirs. */
  scope: SessionScope | null;
}

/** Throws STALE_ATTEMPT and FORBIDDEN for a session that may use no tools. */
export async function welcome(caller: Caller): Promise<Visitor> {
  return { caller, scope: caller.sandboxId === undefined ? null : await liveScope(db(), caller.sandboxId) };
}

/** A session is shown what its token opens; nobody else is shown what is a session's alone. */
export const toolsFor = ({ scope }: Pick<Visitor, "scope">): Tool[] =>
  [...tools.values()].filter(({ operation: { meta } }) =>
    scope === null ? meta.policy !== "sandbox" : meta.policy !== "member",
  );

/** What a session need not say: which project and sandbox are its own, and in a report which task. */
export function knownOf({ caller, scope }: Visitor, { operation }: Tool): Record<string, string> {
  if (scope === null || caller.sandboxId === undefined) return {};
  const names = Object.keys((operation.inputSchema as { shape?: object }).shape ?? {});
  const isReport = operation.meta.policy === "sandbox";
  const known = {
    projectId: scope.project.id,
    ...(isReport ? { sandboxId: caller.sandboxId, taskId: scope.taskId } : {}),
  };
  return Object.fromEntries(Object.entries(known).filter(([name]) => names.includes(name)));
}

/** A tool as this visitor sees it. */
export function listingFor(visitor: Visitor, tool: Tool): ToolListing {
  const known = Object.keys(knownOf(visitor, tool));
  const listing = tool.listing();
  if (known.length === 0) return listing;
  const { inputSchema } = listing;
  const required = (inputSchema.required ?? []).filter((name) => !known.includes(name));
  return { ...listing, inputSchema: { ...inputSchema, required } };
}
