import type { Socket } from "socket.io-client";
import { percentile } from "../../judge/numbers.ts";

/** One server that starts what it is asked for and tells its sockets. */
export interface Starter {
  socket: Socket;
  /** Asks for a task that runs `true`. */
  post(): Promise<unknown>;
}

export interface FirstSights {
  p50Ms: number;
  p99Ms: number;
}

/** From the request to RUNNING at the socket, one task after the other. */
export async function firstSights(starter: Starter, tasks: number): Promise<FirstSights> {
  const timesMs: number[] = [];
  for (let n = 0; n < tasks; n++) timesMs.push(await firstSight(starter));
  return { p50Ms: percentile(timesMs, 0.5), p99Ms: percentile(timesMs, 0.99) };
}

async function firstSight({ socket, post }: Starter): Promise<number> {
  let sightMs = Number.NaN;
  const began = performance.now();
  const completed = new Promise<void>((resolve) => {
    socket.on("TASK_STATUS_CHANGED", function see({ payload: { to } }: { payload: { to: string } }) {
      if (to === "RUNNING") sightMs = performance.now() - began;
      if (to !== "COMPLETED") return;
      socket.off("TASK_STATUS_CHANGED", see);
      resolve();
    });
  });
  await post();
  await completed;
  return sightMs;
}
