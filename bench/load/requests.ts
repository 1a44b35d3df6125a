// Requests at a fixed rate whether or not earlier ones were answered, in a process of its own, so that measuring shares no event
// loop with anything. Answers { paths, ratePerSecond, seconds } with how long each took from when it was due, and how many were
// not answered with success.
import { Agent, request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { givenToProgram, serveProgram } from "../program.ts";

export interface Requests {
  /** Asked in turn. */
  paths: readonly string[];
  ratePerSecond: number;
  seconds: number;
}

export interface Answers {
  tookMs: number[];
  failed: number;
}

const giveUpMs = 30_000;
const { url, token } = givenToProgram<{ url: string; token: string }>();
const agent = new Agent({ keepAlive: true });
// As a browser asks.
const headers = { authorization: `Bearer ${token}`, "accept-encoding": "gzip, deflate, br" };
serveProgram<Requests>(send);

async function send({ paths, ratePerSecond, seconds }: Requests): Promise<Answers> {
  const began = performance.now();
  const answers: Promise<number | null>[] = [];
  for (let n = 0; n < ratePerSecond * seconds; n++) {
    const dueMs = began + (n * 1000) / ratePerSecond;
    const earlyMs = dueMs - performance.now();
    await (earlyMs > 1 ? sleep(earlyMs) : new Promise(setImmediate));
    answers.push(ask(paths[n % paths.length]!).then((isGood) => (isGood ? performance.now() - dueMs : null)));
  }
  const all = await Promise.all(answers);
  const tookMs = all.filter((ms) => ms !== null);
  return { tookMs, failed: all.length - tookMs.length };
}

/** Whether it was answered with success, to the last byte. */
function ask(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = httpRequest(`${url}${path}`, { headers, agent, timeout: giveUpMs }, (response) => {
      response.resume();
      response.once("close", () => resolve(response.complete && response.statusCode === 200));
    });
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve(false));
    request.end();
  });
}
