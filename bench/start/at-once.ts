import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { eventually } from "../../e2e/product.ts";
import type { JudgedProduct } from "../../judge/judged-product.ts";
import { call } from "../call.ts";
import { wallMs } from "./process-start.ts";

/** How long after they were asked for, all in one moment, the first output of each was written: ms, the quickest first. */
export type AtOnce = (count: number) => Promise<number[]>;

/** Says when it runs, in nanoseconds since 1970. */
const stamp = { command: "date", args: ["+%s%N"] };

/** Sessions of the product: from the calls that queue their tasks, as a click does. */
export const sessionsAtOnce =
  (product: JudgedProduct, projectId: string): AtOnce =>
  async (count) => {
    const made = await call<{ items: { id: string }[] }>(product, "POST", `/projects/${projectId}/tasks/batch`, {
      tasks: Array.from({ length: count }, (_, n) => ({ title: `at once ${n}`, status: "APPROVED", spec: stamp })),
    });
    const ids = made.items.map(({ id }) => id);
    const clickedMs = wallMs();
    await Promise.all(ids.map((id) => call(product, "POST", `/tasks/${id}/queue`, {})));
    return later(clickedMs, await Promise.all(ids.map((id) => outputOf(product, id))));
  };

/** Children of ours: from the first spawn. */
export const childrenAtOnce: AtOnce = async (count) => {
  const beganMs = wallMs();
  const children = Array.from({ length: count }, () =>
    spawn(stamp.command, stamp.args, { stdio: ["ignore", "pipe", "ignore"] }),
  );
  return later(beganMs, await Promise.all(children.map(({ stdout }) => text(stdout))));
};

async function outputOf(product: JudgedProduct, taskId: string): Promise<string> {
  const session = await eventually(async () => {
    const { items } = await call<{ items: { id: string; endedAt: string | null }[] }>(
      product,
      "GET",
      `/sessions?taskId=${taskId}`,
    );
    return items.find(({ endedAt }) => endedAt !== null);
  }, 60_000);
  const log = await call<{ items: { text: string }[] }>(product, "GET", `/sessions/${session.id}/logs`);
  return log.items.map((piece) => piece.text).join("");
}

const later = (fromMs: number, stamps: string[]): number[] =>
  stamps.map((digits) => Number(digits) / 1e6 - fromMs).toSorted((a, b) => a - b);
