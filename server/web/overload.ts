import type { ServerResponse } from "node:http";
import { tooBusy } from "@/lib/errors.ts";
import { mcpPath } from "../guard.ts";
import type { AdmittedFacts } from "./admission.ts";
import { pathOf } from "./request-target.ts";

/**
 * What this process takes on at once. Every class of request has places and a bounded queue behind them; who finds the queue
 * full, or has waited too long, hears 503 with Retry-After and nothing of it was begun. So under any load what is taken is
 * answered in time, and memory, event loop and database connections stay bounded.
 *
 * A burst waits patiently, in order. When requests have been waiting without a break for `standingMs` it is no burst any more, but
 * more than can be done, and somebody has to be refused: new ones wait shortly, and the newest goes first. In order each of them
 * would be answered late, as long as the load lasts and until the line is gone; so who is answered is answered soon. The patient and
 * the hurried take turns, so a click is not behind five hundred requests of a program.
 *
 * A place is taken before a body is read, and a session may let its bodies wait for ever. So every session passes a lane of its own
 * first, narrower than the one behind it: none has all places of a lane, nor many in the queue before it.
 */
interface LaneRules {
  /** Carried out at the same time. Few: one thread does the work, and more at once only makes each of them slower. */
  places: number;
  /** Waiting at the same time, patient and hurried each. */
  waitingMax: number;
  patienceMs: number;
  /** Infinity: nobody is hurried. */
  standingMs: number;
  hurriedMs: number;
  /** Where it is not the usual. */
  heldMaxMs?: number;
}

const lanes = {
  /** Cheap to ask again. */
  read: { places: 8, waitingMax: 300, patienceMs: 2000, standingMs: 500, hurriedMs: 100 },
  /** What a person or a program wants done: hundreds at once are a burst. Transactions hold a connection each (lib/db.ts). */
  write: { places: 6, waitingMax: 1000, patienceMs: 30_000, standingMs: 2000, hurriedMs: 3000 },
  /** What sandboxes say: results of hours of work, hardly ever refused. */
  sandbox: { places: 3, waitingMax: 2000, patienceMs: 30_000, standingMs: Number.POSITIVE_INFINITY, hurriedMs: 0 },
  /** Tools of agents and editors: short for the most part, but some follow output, and what they do is not known before it is read. */
  mcp: { places: 16, waitingMax: 300, patienceMs: 10_000, standingMs: 5000, hurriedMs: 5000 },
  /** The same tools in the hands of sessions. */
  tools: { places: 16, waitingMax: 300, patienceMs: 10_000, standingMs: 5000, hurriedMs: 5000 },
  /** Answers that wait for something themselves: output that is followed, an orchestrator looking at a repository. */
  wait: { places: 500, waitingMax: 0, patienceMs: 0, standingMs: 0, hurriedMs: 0 },
} satisfies Record<string, LaneRules>;
type LaneName = keyof typeof lanes;

/** A place is given back when its answer is over, or by then: an answer that takes so long waits for something. */
const heldMaxMs = 10_000;

/** What one session has before each lane. */
const own = { placesMax: 4, waitingMax: 100, patienceMs: 30_000 };

type Entering = Pick<AdmittedFacts, "method" | "target" | "sandboxId">;

export interface Overload {
  /** Resolves when the request may begin; throws UNAVAILABLE with retryAfterSeconds. The place ends with the response. */
  enter(request: Entering, response: ServerResponse): Promise<void>;
}

/** `rules`: of lanes that are not as usual. */
export function createOverload(rules: Partial<Record<LaneName, LaneRules>> = {}): Overload {
  const inForce: Record<LaneName, LaneRules> = { ...lanes, ...rules };
  const open = new Map(Object.entries(inForce).map(([name, lane]) => [name, createLane(lane)]));
  const ownLanes = new Map<string, Lane>();
  const ownLane = (name: LaneName, sandboxId: string): Lane => {
    const key = `${name} ${sandboxId}`;
    const lane = ownLanes.get(key) ?? createLane(ownRules(inForce[name]), () => ownLanes.delete(key));
    ownLanes.set(key, lane);
    return lane;
  };
  return {
    async enter(request, response) {
      const name = laneOf(request);
      if (name === null) return;
      // Whoever left before this would never give a place back.
      if (response.destroyed) throw tooBusy();
      if (request.sandboxId !== undefined) await ownLane(name, request.sandboxId).enter(response);
      await open.get(name)!.enter(response);
    },
  };
}

/** A place of its own is held at least as long as the one in the lane behind it. */
const ownRules = ({ places, patienceMs }: LaneRules): LaneRules => ({
  ...{ places: Math.min(own.placesMax, Math.ceil(places / 2)), waitingMax: own.waitingMax },
  ...{ patienceMs: own.patienceMs, standingMs: Number.POSITIVE_INFINITY, hurriedMs: 0 },
  heldMaxMs: patienceMs + heldMaxMs,
});

/** null: always let in, because it costs next to nothing or says how things are. */
export function laneOf({ method, target, sandboxId }: Entering): LaneName | null {
  const path = pathOf(target);
  const isRead = method === "GET" || method === "HEAD";
  if (/^\/(api\/health|_next|socket\.io)\//.test(path) || /^\/(api\/)?log(in|out)$/.test(path)) return null;
  if (path.startsWith("/api/v1/sandboxes/")) return "sandbox";
  if (path === mcpPath) return sandboxId === undefined ? "mcp" : "tools";
  if (isRead) return /[?&]waitSeconds=/.test(target) ? "wait" : "read";
  return /^\/api\/v1\/(projects|repository-checks)$/.test(path) ? "wait" : "write";
}

interface Lane {
  enter(response: ServerResponse): Promise<void>;
}

interface Waiter {
  begin(): void;
  giveUp(): void;
}

/** `onEmpty`: nobody is in it any more. */
function createLane(rules: LaneRules, onEmpty: () => void = () => {}): Lane {
  const { places, waitingMax, patienceMs, standingMs, hurriedMs } = rules;
  /** Each in the order in which they came. */
  const [patient, hurried]: [Waiter[], Waiter[]] = [[], []];
  let busy = 0;
  let isHurriedNext = false;
  let crowdedSinceMs = 0;
  const isCrowded = () => patient.length + hurried.length > 0;

  const leave = () => {
    busy -= 1;
    isHurriedNext = !isHurriedNext;
    const [oldest, newest] = [patient[0], hurried.at(-1)];
    const next = isHurriedNext ? (newest ?? oldest) : (oldest ?? newest);
    next?.begin();
    if (busy === 0) onEmpty();
  };
  const take = (response: ServerResponse) => {
    busy += 1;
    let isHeld = true;
    const giveBack = () => {
      clearTimeout(late);
      if (isHeld) leave();
      isHeld = false;
    };
    const late = setTimeout(giveBack, rules.heldMaxMs ?? heldMaxMs).unref();
    response.once("close", giveBack);
  };
  const waitIn = (queue: Waiter[], forMs: number, response: ServerResponse): Promise<void> =>
    new Promise((resolve, reject) => {
      const done = () => {
        clearTimeout(timer);
        response.off("close", waiter.giveUp);
        queue.splice(queue.indexOf(waiter), 1);
      };
      const waiter = {
        giveUp() {
          done();
          reject(tooBusy());
        },
        begin() {
          done();
          take(response);
          resolve();
        },
      };
      const timer = setTimeout(waiter.giveUp, forMs);
      response.once("close", waiter.giveUp);
      queue.push(waiter);
    });

  return {
    async enter(response) {
      if (busy < places && !isCrowded()) return take(response);
      if (!isCrowded()) crowdedSinceMs = performance.now();
      if (performance.now() - crowdedSinceMs > standingMs) {
        if (hurried.length >= waitingMax) hurried[0]?.giveUp();
        return await waitIn(hurried, hurriedMs, response);
      }
      if (patient.length >= waitingMax) throw tooBusy();
      await waitIn(patient, patienceMs, response);
    },
  };
}
