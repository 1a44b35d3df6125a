import type { EventNotice, Tasks } from "@/lib/client/event-notices.ts";
import type { JournalEvent } from "@/lib/events.ts";

/** Failures that people were told of and that still stand: what each said, by task, in the order they came. */
type Failures = ReadonlyMap<string, string | null>;

interface Toasts {
  /** Takes the place of the notice with the same id. `onDismiss`: somebody closed it, or went where it leads. */
  show: (notice: EventNotice, onDismiss: () => void) => void;
  dismiss: (id: string) => void;
}

const id = "failed";
const none: Failures = new Map();

/** One notice for all failures that stand, however they came: sixty are a number, and with the last one mended it goes. */
export function createFailureNotices({ show, dismiss }: Toasts) {
  let told = none;
  /** Unless another notice has taken its place meanwhile. */
  const forget = (shown: Failures) => {
    if (told === shown) told = none;
  };

  return {
    /** After a batch of events, and whenever tasks were read: what has failed, and how the tasks stand now. */
    follow(events: readonly JournalEvent[], tasks: Tasks) {
      const before = told;
      const now = standing([...before, ...failuresIn(events)], tasks);
      if (isSame(before, now)) return;
      told = now;
      const notice = noticeOf(now, tasks);
      // What was closed is told no more; the next failure is told by itself.
      if (notice) show(notice, () => forget(now));
      else dismiss(id);
    },
    stop() {
      if (told.size > 0) dismiss(id);
      told = none;
    },
  };
}

const failuresIn = (events: readonly JournalEvent[]) =>
  events.flatMap((event) => (event.type === "TASK_FAILED" ? [[event.entityId, event.payload.message] as const] : []));

/** Of tasks that nobody has retried, cancelled or deleted since. */
const standing = (failures: readonly (readonly [string, string | null])[], tasks: Tasks): Failures =>
  new Map(failures.filter(([taskId]) => tasks[taskId]?.status === "FAILED"));

const isSame = (before: Failures, now: Failures) => JSON.stringify([...before]) === JSON.stringify([...now]);

function noticeOf(failures: Failures, tasks: Tasks): EventNotice | null {
  const [first] = failures;
  if (first === undefined) return null;
  const title = `${failures.size} tasks failed`;
  if (failures.size > 1) return { id, level: "error", title, description: "They wait under Needs you.", open: "inbox" };
  const [taskId, message] = first;
  const { key, title: subject } = tasks[taskId]!;
  return {
    id,
    level: "error",
    title: `${key} failed: ${subject}`,
    description: message ?? undefined,
    open: `t/${key}`,
  };
}
