import fc from "fast-check";
import type { Started } from "@/lib/session/settle.ts";
import type { createStartMarker } from "@/server/orchestrator/start-marker.ts";
import { type Fate, fates } from "./fake-engine.ts";

export type CreateStartMarker = typeof createStartMarker;

interface Run {
  scheduler: fc.Scheduler;
  fates: readonly Fate[];
  /** For each start whether its session has been ended before. */
  starts: readonly { isEnded: boolean }[];
}

const runs: fc.Arbitrary<Run> = fc.record({
  scheduler: fc.scheduler(),
  fates: fc.array(fc.constantFrom(...fates), { maxLength: 6 }),
  starts: fc.array(fc.record({ isEnded: fc.boolean() }), { minLength: 1, maxLength: 8 }),
});

/**
 * Starts are written in the order they were told, none is lost, none is answered before it is written, and the answer says
 * whether the session was still live, whatever the calls to the database come to.
 */
export const startMarkerProperty = (createMarker: CreateStartMarker) =>
  fc.asyncProperty(runs, async ({ scheduler, fates: drawn, starts }) => {
    const store = fakeStore(scheduler, drawn, (sessionId) => !starts[Number(sessionId)]!.isEnded);
    const pause = () => scheduler.schedule(Promise.resolve(), "a pause is over");
    const mark = createMarker(() => "worker", { mark: store.mark, pause });
    const complaints: string[] = [];
    let unanswered = starts.length;
    const start = async (index: number) => {
      const isLive = await mark({ sessionId: `${index}` } as Started);
      unanswered -= 1;
      if (!store.written.includes(`${index}`)) complaints.push("answered before it was written");
      if (isLive === starts[index]!.isEnded) complaints.push("answered wrongly whether the session is live");
    };
    scheduler.scheduleSequence(starts.map((_, index) => async () => void start(index)));
    await scheduler.waitIdle();
    if (unanswered > 0) complaints.push(`${unanswered} starts were never answered`);
    if (store.written.join() !== starts.map((_, index) => index).join()) complaints.push("written in another order");
    if (complaints.length > 0) throw new Error([...new Set(complaints)].join("\n"));
  });

function fakeStore(scheduler: fc.Scheduler, drawn: readonly Fate[], isLive: (sessionId: string) => boolean) {
  const left = [...drawn];
  const written: string[] = [];
  const write = (started: readonly Started[]): string[] => {
    const ids = started.map(({ sessionId }) => sessionId);
    written.push(...ids.filter((id) => !written.includes(id)));
    return ids.filter(isLive);
  };
  const mark = async (_workerId: string, started: readonly Started[]): Promise<string[]> => {
    const fate = left.shift() ?? "done";
    await scheduler.schedule(Promise.resolve(), "a call arrives");
    if (fate === "late") void scheduler.schedule(Promise.resolve(), "a late call").then(() => write(started));
    if (fate === "late" || fate === "refused") throw new Error(`The call was ${fate}.`);
    const live = write(started);
    await scheduler.schedule(Promise.resolve(), "an answer arrives");
    if (fate === "answer lost") throw new Error("The connection was lost.");
    return live;
  };
  return { written, mark };
}
