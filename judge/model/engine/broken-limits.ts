import { type Board, resources, type Worker } from "../board/board.ts";
import { isLive } from "./broken-tables.ts";
import type { SessionRow, Tables } from "./tables.ts";
import type { ClaimTold } from "./told.ts";

/** I8: whoever was given something is within every limit afterwards, since what is given out comes last in a turn. */
export function brokenLimits(found: Tables, board: Board, claimed: readonly ClaimTold[]): string[] {
  return claimed.flatMap(({ taskId, attempt, workerId }) => {
    const session = found.sessions.find((one) => one.taskId === taskId && one.attempt === attempt);
    const worker = board.workers.get(workerId);
    if (session === undefined || worker === undefined) return [];
    return [...overLimits(found, board, { session, worker }), ...overGiven(found, { session, worker })];
  });
}

interface Claim {
  session: SessionRow;
  worker: Worker;
}

function overLimits({ sessions }: Tables, board: Board, { session, worker }: Claim): string[] {
  const { maxConcurrentPerUser, maxConcurrentPerAgentType } = board.config;
  const sharing = (field: "projectId" | "workerId" | "requestedBy" | "type") =>
    sessions.filter((one) => isLive(one) && one[field] === session[field]).length;
  const limits = [
    ["project", sharing("projectId"), board.projects.get(session.projectId)?.maxConcurrentSessions ?? null],
    ["worker", sharing("workerId"), worker.maxConcurrent],
    ["user", sharing("requestedBy"), session.requestedBy === null ? null : maxConcurrentPerUser],
    ["type", sharing("type"), maxConcurrentPerAgentType[session.type as "cli"] ?? null],
  ] as const;
  return limits
    .filter(([, count, limit]) => limit !== null && count > limit)
    .map(([what, count, limit]) => `${count} live sessions, the limit of the ${what} is ${limit}`);
}

function overGiven({ sessions }: Tables, { session, worker }: Claim): string[] {
  return resources.flatMap((one) => {
    const given = sessions
      .filter(({ holderId, isPresent }) => holderId === worker.id && isPresent)
      .reduce((sum, other) => sum + other.given[one], 0);
    const has = worker.has[one] ?? Number.POSITIVE_INFINITY;
    return session.given[one] > 0 && given > has ? [`${given} of ${one} given out, the worker has ${has}`] : [];
  });
}
