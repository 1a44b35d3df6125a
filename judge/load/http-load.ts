// A process of its own, so that measuring does not share an event loop with anything: sends requests at fixed times whether or
// not earlier ones were answered, and tells each phase's answers by the time they should have been sent.
import { Agent, request as httpRequest } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { randomOf } from "../random.ts";

export interface HttpLoad {
  url: string;
  token: string;
  projects: { id: string; taskIds: string[] }[];
  phases: { ratePerSecond: number; seconds: number }[];
  readShare: number;
}

/** One request: since the start of its phase, when it was due and when it was answered. */
export interface Sample {
  phase: number;
  dueMs: number;
  tookMs: number;
  /** 0: no answer came. */
  status: number;
  isRead: boolean;
  hasRetryAfter: boolean;
}

const underWayMax = 4000;
const giveUpMs = 30_000;

const load: HttpLoad = JSON.parse(process.argv[2]!);
const agent = new Agent({ keepAlive: true, maxSockets: underWayMax });
const random = randomOf(1, "load");
const samples: Sample[] = [];
const free = new Map(load.projects.map(({ id, taskIds }) => [id, taskIds.map((task) => ({ id: task, version: 1 }))]));
const underWay = new Set<Promise<void>>();
for (const [phase, { ratePerSecond, seconds }] of load.phases.entries()) await runPhase(phase, ratePerSecond, seconds);
await Promise.all(underWay);
process.send?.(samples, () => process.exit(0));

async function runPhase(phase: number, ratePerSecond: number, seconds: number): Promise<void> {
  const began = performance.now();
  for (let n = 0; n < ratePerSecond * seconds; n++) {
    const dueMs = (n * 1000) / ratePerSecond;
    const earlyMs = dueMs - (performance.now() - began);
    if (earlyMs > 1) await sleep(earlyMs);
    else if (n % 20 === 0) await new Promise(setImmediate);
    if (underWay.size >= underWayMax)
      samples.push({ phase, dueMs, tookMs: 0, status: 0, isRead: true, hasRetryAfter: false });
    else send({ phase, dueMs, began });
  }
  const restMs = seconds * 1000 - (performance.now() - began);
  if (restMs > 0) await sleep(restMs);
}

function send({ phase, dueMs, began }: { phase: number; dueMs: number; began: number }): void {
  const isRead = random.under(1000) < load.readShare * 1000;
  const done = (isRead ? ask(aRead()) : write()).then(({ status, hasRetryAfter }) => {
    samples.push({ phase, dueMs, tookMs: performance.now() - began - dueMs, status, isRead, hasRetryAfter });
    underWay.delete(done);
  });
  underWay.add(done);
}

interface Asked {
  method: string;
  path: string;
  body?: object;
}

function aRead(): Asked {
  const project = random.pick(load.projects);
  const path = random.pick([
    `/projects/${project.id}`,
    `/projects/${project.id}/tasks?limit=50`,
    `/projects/${project.id}/events?after=0&limit=50`,
    `/sessions?projectId=${project.id}&limit=20`,
    `/tasks/${random.pick(project.taskIds)}`,
    `/tasks/${random.pick(project.taskIds)}`,
    `/tasks/${random.pick(project.taskIds)}/explanation`,
    "/queue",
  ]);
  return { method: "GET", path };
}

/** A new card, or a change of one nobody else is changing: one event each. */
async function write(): Promise<Answer> {
  const project = random.pick(load.projects);
  const title = `load ${random.under(1e9)}`;
  const card = random.under(2) === 0 ? undefined : free.get(project.id)!.shift();
  if (card === undefined) return ask({ method: "POST", path: `/projects/${project.id}/tasks`, body: { title } });
  const body = { title, version: card.version };
  const answer = await ask({ method: "PATCH", path: `/tasks/${card.id}`, body });
  if (answer.status === 200) card.version += 1;
  // What became of it is not known, so nobody changes it again.
  if (answer.status !== 0) free.get(project.id)!.push(card);
  return answer;
}

type Answer = Pick<Sample, "status" | "hasRetryAfter">;

function ask({ method, path, body }: Asked): Promise<Answer> {
  return new Promise((resolve) => {
    const text = body === undefined ? "" : JSON.stringify(body);
    const headers = {
      authorization: `Bearer ${load.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json", "content-length": Buffer.byteLength(text) }),
    };
    const request = httpRequest(
      `${load.url}/api/v1${path}`,
      { method, headers, agent, timeout: giveUpMs },
      (response) => {
        response.resume();
        response.once("close", () =>
          resolve({
            status: response.complete ? response.statusCode! : 0,
            hasRetryAfter: response.headers["retry-after"] !== undefined,
          }),
        );
      },
    );
    request.once("timeout", () => request.destroy());
    request.once("error", () => resolve({ status: 0, hasRetryAfter: false }));
    request.end(text);
  });
}
