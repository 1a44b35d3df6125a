import type { Evidence } from "../evidence.ts";
import type { Folded } from "./journal.ts";

const ended = ["COMPLETED", "FAILED", "CANCELLED", "STALLED"];

/** I1 and I6: everything has ended, and the journal played from nothing gives what the API shows. */
export function tableViolations(
  { cards, sessions, edges, finalLimit, limits, stuck }: Evidence,
  folded: Folded,
): string[] {
  const found = stuck.map((text) => `I1: ${text}`);
  for (const card of cards) {
    if (!ended.includes(card.status)) found.push(`I1: ${card.key} has not ended: ${card.status}`);
    const told = folded.tasks.get(card.id);
    if (told === undefined) {
      found.push(`I6: ${card.key} is on the board and the journal does not know it`);
      continue;
    }
    for (const field of ["status", "attempts", "generation", "version"] as const)
      if (card[field] !== told[field])
        found.push(`I6: ${field} of ${card.key} is ${card[field]}, by the journal ${told[field]}`);
  }
  if (folded.tasks.size !== cards.length)
    found.push(`I6: the board has ${cards.length} tasks, the journal ${folded.tasks.size}`);
  const statusOf = (id: string) => folded.sessions.get(id) ?? "STARTING";
  for (const { id, status, attempt } of sessions)
    if (status !== statusOf(id))
      found.push(`I6: session ${id} (attempt ${attempt}) is ${status}, by the journal ${statusOf(id)}`);
  if (folded.claims.length !== sessions.length)
    found.push(`I6: there are ${sessions.length} sessions, the journal has ${folded.claims.length} claims`);
  const told = [...folded.tasks].flatMap(([id, { dependsOn }]) => [...dependsOn].map((other) => `${id} ${other}`));
  const stored = new Set(edges.map(({ taskId, dependsOnId }) => `${taskId} ${dependsOnId}`));
  for (const edge of told)
    if (!stored.delete(edge)) found.push(`I6: the dependency ${edge} is in the journal and not in the graph`);
  for (const edge of stored) found.push(`I6: the dependency ${edge} is in the graph and not in the journal`);
  if (finalLimit !== limits.at(-1))
    found.push(`I9: the limit of the project is ${finalLimit}, the last one set was ${limits.at(-1)}`);
  return found;
}
