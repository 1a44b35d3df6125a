import type { Actor } from "@/lib/actor.ts";
import type { Tx } from "@/lib/db.ts";
import type { EventType } from "@/lib/events.ts";
import { type EventFilter, extentOf, since } from "@/lib/journal.ts";
import { findProject } from "@/lib/project/find.ts";
import { invalid } from "@/lib/task/list.ts";

interface EventQuery extends Omit<EventFilter, "types" | "without"> {
  projectId: string;
  /** Separated by commas. */
  type?: string | undefined;
  /** The seq of the last event of the page before. */
  cursor?: string | undefined;
}

/** They hold what people and agents say to each other: chat.list, session.prompts and question.list are not for sessions either. */
const forPeople: readonly EventType[] = ["CHAT_POSTED", "CHAT_ANSWERED", "SESSION_PROMPTED", "QUESTION_ASKED"];

/** A page of a project's journal, in either order, and from where to where it is kept. */
export async function listEvents(tx: Tx, { projectId, type, cursor, ...filter }: EventQuery, actor: Actor) {
  const { id } = await findProject(tx, projectId);
  const from = cursor === undefined ? {} : { [filter.order === "desc" ? "before" : "after"]: seqOf(cursor) };
  const rows = await since(id, {
    ...{ ...filter, ...from, limit: filter.limit + 1 },
    ...(type ? { types: type.split(",") } : {}),
    ...(actor.type === "session" ? { without: forPeople } : {}),
  });
  const items = rows.slice(0, filter.limit);
  // Read after the items, so that none of them can go unnoticed.
  const extent = await extentOf(id);
  return {
    items,
    nextCursor: rows.length > items.length ? String(items.at(-1)!.seq) : null,
    ...extent,
    isGapped: filter.after + 1 < extent.firstSeq,
  };
}

function seqOf(cursor: string): number {
  if (/^\d{1,15}$/.test(cursor)) return Number(cursor);
  throw invalid("cursor", "Not a cursor of this list");
}
