import { setTimeout as sleep } from "node:timers/promises";
import { DomainError } from "@/lib/errors.ts";
import type { Terminal } from "./terminal.ts";

const firstMs = 250;
const mostMs = 5_000;

/**
 * Calls that outlast a server: while nobody answers, or it has too much to do, they are made again, ever more slowly, and stderr
 * says so once. Any other refusal is thrown.
 */
export function enduring(terminal: Terminal): <Answer>(work: () => Promise<Answer>) => Promise<Answer> {
  let failures = 0;
  return async (work) => {
    for (;;) {
      try {
        const answer = await work();
        if (failures > 0) terminal.say("The server answers again.");
        failures = 0;
        return answer;
      } catch (thrown) {
        if (!mayPass(thrown)) throw thrown;
        if (failures === 0) terminal.say(`${(thrown as DomainError).message.split(". ")[0]}. Trying again…`);
        await sleep(Math.min(firstMs * 2 ** failures, mostMs) * (0.5 + Math.random() / 2));
        failures += 1;
      }
    }
  };
}

const mayPass = (thrown: unknown): boolean =>
  thrown instanceof DomainError && (thrown.code === "UNAVAILABLE" || thrown.code === "INTERNAL");
