import type { JournalEvent } from "../../lib/events.ts";

/** What the events of a project make of its cards: id → status and version. */
export type Folded = Map<string, { status: string; version: number }>;

/** Takes one event in. What a snapshot knows already, by the card's version, changes nothing. */
export function fold(cards: Folded, event: JournalEvent): void {
  const card = cards.get(event.entityId);
  if (event.type === "TASK_CREATED") cards.set(event.entityId, card ?? { status: event.payload.status, version: 1 });
  if (event.type === "TASK_DELETED") cards.delete(event.entityId);
  if (card === undefined) return;
  if (event.type === "TASK_STATUS_CHANGED" && event.payload.version > card.version)
    Object.assign(card, { status: event.payload.to, version: event.payload.version });
  if (event.type === "TASK_UPDATED" && event.payload.version > card.version) card.version = event.payload.version;
}

/** The same as REST says it now. */
export async function readCards(url: string, token: string, projectId: string): Promise<Folded> {
  const cards: Folded = new Map();
  for (let cursor = ""; ; ) {
    const path = `/api/v1/projects/${projectId}/tasks?limit=200${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
    const response = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } });
    const page = (await response.json()) as {
      items: { id: string; status: string; version: number }[];
      nextCursor: string | null;
    };
    for (const { id, status, version } of page.items) cards.set(id, { status, version });
    if (page.nextCursor === null) return cards;
    cursor = page.nextCursor;
  }
}

/** In how many cards the two differ. */
export function differences(one: Folded, other: Folded): number {
  const ids = new Set([...one.keys(), ...other.keys()]);
  return [...ids].filter((id) => {
    const [a, b] = [one.get(id), other.get(id)];
    return a === undefined || b === undefined || a.status !== b.status || a.version !== b.version;
  }).length;
}
