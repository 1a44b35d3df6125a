import { api, problemOf } from "@/lib/client/api.ts";
import type { LogPart } from "@/lib/live-protocol.ts";

/** Retry of a page that could not be read. */
const retryMs = 1500;

/** What a session's output is read into. */
export interface LogSink {
  append(chunk: string): void;
  /** A line of ours, such as `-- 240 lines were dropped by the server limit --`. */
  addNotice(text: string): void;
}

/** Where a sink stands; kept with it, so that a session that ends goes on where its live part stopped. */
const offsets = new WeakMap<LogSink, number>();

/**
 * Offsets count bytes of the whole output, so that what is read twice is shown once and what was missed is read.
 * `onProblem`: why a page could not be read, in words; null as soon as one could.
 */
export function createLogReader(sessionId: string, buffer: LogSink, onProblem: (message: string | null) => void) {
  let isReading = false;
  let isStopped = false;
  let early: LogPart[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const offset = () => offsets.get(buffer) ?? 0;

  const take = (part: { offset: number; text: string; nextOffset: number }) => {
    const rest = restOf(part, offset());
    if (rest === null) return false;
    if (rest !== "") buffer.append(rest);
    offsets.set(buffer, Math.max(offset(), part.nextOffset));
    return true;
  };

  async function catchUp() {
    if (isReading || isStopped) return;
    isReading = true;
    try {
      for (;;) {
        const from = offset();
        const page = await api.session.logs({ sessionId, after: from });
        if (isStopped) return;
        onProblem(null);
        if (page.removedAt !== null && page.nextOffset > from) {
          buffer.addNotice(removedNotice(page.removedAt));
          offsets.set(buffer, page.nextOffset);
        }
        const last = page.items.length - 1;
        for (const [index, item] of page.items.entries()) {
          take({ ...item, nextOffset: index === last ? page.nextOffset : page.items[index + 1]!.offset });
        }
        if (page.isComplete || page.items.length === 0 || page.nextOffset <= from) break;
      }
      const parts = early;
      early = [];
      const isWhole = parts.every(take);
      if (!isWhole) timer = setTimeout(catchUp, retryMs);
    } catch (thrown) {
      if (isStopped) return;
      onProblem(problemOf(thrown).message);
      timer = setTimeout(catchUp, retryMs);
    } finally {
      isReading = false;
    }
  }

  return {
    offset,
    catchUp,
    onPart: (part: LogPart) => {
      if (isReading) early.push(part);
      else if (!take(part)) void catchUp();
    },
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
    },
  };
}

const removedNotice = (at: string): string =>
  `This output was removed on ${new Date(at).toLocaleDateString(undefined, { dateStyle: "medium" })}: logs are kept for a limited time.`;

/** What of a part is new for a reader that has everything before `have`; null when something between is missing. */
export function restOf(part: { offset: number; text: string; nextOffset: number }, have: number): string | null {
  if (part.offset > have) return null;
  if (part.nextOffset <= have) return "";
  if (part.offset === have) return part.text;
  return new TextDecoder().decode(new TextEncoder().encode(part.text).subarray(have - part.offset));
}
