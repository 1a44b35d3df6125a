import { useSyncExternalStore } from "react";

/** One timer per pace for the whole page, running only while somebody reads it. */
function createClock(stepMs: number) {
  const readers = new Set<() => void>();
  let now = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  const tick = () => {
    now = Date.now();
    for (const reader of readers) reader();
  };
  const subscribe = (reader: () => void) => {
    readers.add(reader);
    timer ??= setInterval(tick, stepMs);
    return () => {
      readers.delete(reader);
      if (readers.size > 0) return;
      clearInterval(timer);
      timer = undefined;
      now = 0;
    };
  };
  return { subscribe, read: () => (now ||= Date.now()) };
}

const slow = createClock(30_000);
const fast = createClock(1_000);
const notYet = () => 0;

/** The time, refreshed each 30 s; 0 while rendering on the server and hydrating. */
export function useNow(): number {
  return useSyncExternalStore(slow.subscribe, slow.read, notYet);
}

/** The time, refreshed each second; 0 while rendering on the server and hydrating. */
export function useNowBySecond(): number {
  return useSyncExternalStore(fast.subscribe, fast.read, notYet);
}
