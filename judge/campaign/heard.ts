import type { JournalEvent } from "../../lib/events.ts";

/** What arrived after `from`, in that order. Told to load everything again, a listener begins anew from where that stands. */
export interface Heard {
  from: number;
  events: JournalEvent[];
}

/** The number up to which who heard this knows the journal. */
export const reached = ({ from, events }: Heard): number => events.at(-1)?.seq ?? from;
