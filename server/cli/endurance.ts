import { setTimeout as sleep } from "node:timers/promises";
import { DomainError } from "@/lib/errors.ts";
import type { Terminal } from "./terminal.ts";

const firstMs = 250;
const mostMs = 5_000;

/** A call that is begun just before the time is over gets so long. */
const lastCallMs = 1_000;
/** Timers go no further: 24 days. */
const longestTimerMs = 2 ** 31 - 1;

/** Nobody answered until the time was over. */
export class TimeIsOver extends Error {}

type Enduring = <Answer>(work: (signal?: AbortSignal) => Promise<Answer>) => Promise<Answer>;

/**
 * Calls that outlast a server: while nobody answers, or it has too much to do, they are made again, ever more slowly, and stderr
 * says so once. `until`, in ms of Date.now(): then TimeIsOver is thrown, and a call under way is given up by its signal. Any other
 * refusal is thrown.
 */
export function enduring(terminal: Terminal, until: number | null = null): Enduring {
  let failures = 0;
  const leftMs = () => (until === null ? Number.POSITIVE_INFINITY : Math.max(until - Date.now(), 0));
  return async (work) => {
    for (;;) {
      try {
        const answer = await work(until === null ? undefined : callWithin(leftMs()));
        if (failures > 0) terminal.say("The server answers again.");
        failures = 0;
        return answer;
      } catch (thrown) {
        if (isGivenUp(thrown) || (mayPass(thrown) && leftMs() === 0)) throw new TimeIsOver();
        if (!mayPass(thrown)) throw thrown;
        if (failures === 0) terminal.say(`${(thrown as DomainError).message.split(". ")[0]}. Trying again…`);
        await sleep(Math.min(Math.min(firstMs * 2 ** failures, mostMs) * (0.5 + Math.random() / 2), leftMs()));
        failures += 1;
      }
    }
  };
}

const callWithin = (leftMs: number): AbortSignal =>
  AbortSignal.timeout(Math.min(Math.max(leftMs, lastCallMs), longestTimerMs));

const isGivenUp = (thrown: unknown): boolean => (thrown as Error).name === "AbortError";

const mayPass = (thrown: unknown): boolean =>
  thrown instanceof DomainError && (thrown.code === "UNAVAILABLE" || thrown.code === "INTERNAL");
