import { configSchema } from "@/lib/config/schema.ts";
import type { Tx } from "@/lib/db.ts";
import { type OrchestratorRoom, type ResourcesAsked, resourceReasons } from "@/lib/task/explain-resources.ts";
import type { Reason } from "@/lib/task/schema.ts";

const defaults = configSchema.parse({});

/**
 * Why is it not running? One ordered list, from the same facts the claim goes by: the task's own state first, then the
 * project's switch and limit, then the machine's.
 */
export interface ExplainedTask {
  id: string;
  projectId: string;
  status: string;
  queuedBy: string | null;
  isForced: boolean;
  availableAt: Date | null;
  type: string;
  requestedBy: string | null;
  resources: unknown;
}

export interface Blocker {
  id: string;
  key: string;
  status: string;
}

interface ProjectRoom {
  limit: number;
  running: number;
  /** Where reviews are required and bounded: how many wait for one, and the bound. */
  review?: { waiting: number; limit: number } | null;
  /** Its results lie on a machine that has no orchestrator now. */
  isHostAway?: boolean;
  asks: ResourcesAsked;
  /** No agent starts before; null: within its budget. */
  budgetHeldUntil?: string | null;
}

/** What the claim looks at, for a set of tasks at one moment. */
export interface Facts {
  isAutonomous: ReadonlyMap<string, boolean>;
  projectRoom: ReadonlyMap<string, ProjectRoom>;
  /** Types of agent whose provider asked to wait, until when; types and users at their limits. */
  pausedTypes: ReadonlyMap<string, string>;
  fullTypes: ReadonlyMap<string, number>;
  fullUsers: ReadonlyMap<string, number>;
  /** Of each live orchestrator. */
  rooms: readonly OrchestratorRoom[];
  /** Tasks whose last sandbox is not proven gone yet. */
  cleaningUp: ReadonlySet<string>;
  /** Tasks that build on a result that is not stored yet. */
  unpublished: ReadonlySet<string>;
  /** Places in the queue, from 1; only the first thousand are known. */
  positions: ReadonlyMap<string, number>;
  /** The limit of a queue that takes no more; null: it does. */
  fullQueue: number | null;
  workers: number;
  capacity: number;
  running: number;
}

const waitingStatuses = ["DRAFT", "APPROVED", "QUEUED"];
/** Others wait for nothing that facts tell of. */
const asksForFacts = ({ status }: ExplainedTask): boolean => status === "APPROVED" || status === "QUEUED";

export function explain(task: ExplainedTask, blockers: readonly Blocker[], facts: Facts): Reason[] {
  if (!waitingStatuses.includes(task.status)) return [];
  const reasons: (Reason | false)[] = [
    task.status === "DRAFT" && { code: "DRAFT", message: "It is a draft. Approve it to let it run." },
    ...(task.isForced ? [] : dependencyReasons(blockers)),
    ...(task.status === "APPROVED" ? switchReasons(task, facts) : []),
    ...(task.status === "QUEUED" ? queueReasons(task, facts) : []),
  ];
  return reasons.filter((reason) => reason !== false);
}

function dependencyReasons(blockers: readonly Blocker[]): Reason[] {
  const failed = blockers.filter((blocker) => ["FAILED", "STALLED", "CANCELLED"].includes(blocker.status));
  const reasons: Reason[] = [];
  if (blockers.length > 0) {
    const names = blockers.slice(0, 3).map((blocker) => blocker.key);
    const more = blockers.length > 3 ? ` and ${blockers.length - 3} more` : "";
    reasons.push({
      code: "BLOCKED_BY",
      message: `Waits for ${names.join(", ")}${more}.`,
      taskIds: blockers.map(({ id }) => id),
    });
  }
  if (failed.length > 0) {
    const names = failed.slice(0, 3).map(({ key, status }) => `${key} is ${status.toLowerCase()}`);
    reasons.push({
      code: "DEPENDENCY_FAILED",
      message: `${names.join(", ")}: retry or reopen it, or remove the dependency.`,
      taskIds: failed.map(({ id }) => id),
    });
  }
  return reasons;
}

function switchReasons(task: ExplainedTask, facts: Facts): Reason[] {
  if (!facts.isAutonomous.get(task.projectId))
    return [{ code: "AUTONOMOUS_OFF", message: "Autonomous mode is off. Start processing, or queue it yourself." }];
  return [...queueRoomReasons(facts), ...workerReasons(facts)];
}

function queueRoomReasons({ fullQueue }: Facts): Reason[] {
  if (fullQueue === null) return [];
  const message = `The queue is full: it holds ${fullQueue}, its limit. It enters when some have started.`;
  return [{ code: "CAPACITY", message, limit: fullQueue }];
}

function queueReasons(task: ExplainedTask, facts: Facts): Reason[] {
  const room = facts.projectRoom.get(task.projectId);
  const position = facts.positions.get(task.id);
  const reasons: (Reason | false)[] = [
    task.queuedBy === "system" &&
      !facts.isAutonomous.get(task.projectId) && {
        code: "AUTONOMOUS_OFF",
        message: "Autonomous mode is off.",
      },
    task.availableAt !== null && {
      code: "NOT_DUE",
      message: "Waits before the next attempt.",
      until: task.availableAt.toISOString(),
    },
    facts.cleaningUp.has(task.id) && {
      code: "CLEANING_UP",
      message: "The sandbox of the last attempt is being ended.",
    },
    facts.unpublished.has(task.id) && {
      code: "CLEANING_UP",
      message: "The result of a task it builds on is being stored.",
    },
    room !== undefined &&
      room.running >= room.limit && {
        code: "PROJECT_LIMIT",
        message: `The project runs ${room.running} of at most ${room.limit} sessions.`,
        limit: room.limit,
      },
    ...limitReasons(task, facts),
    facts.workers > 0 &&
      facts.running >= facts.capacity && {
        code: "CAPACITY",
        message: `Waits for a free slot: ${facts.running} of ${facts.capacity} are taken.`,
        limit: facts.capacity,
      },
    ...resourceReasons(askedBy(task, room?.asks), facts.rooms),
    pauseReason(task, facts),
    reviewReason(room),
    budgetReason(task, room),
    ...workerReasons(facts),
    room?.isHostAway === true && {
      code: "NO_WORKER",
      message: "The results of its project lie on a machine whose orchestrator is not running.",
    },
    position !== undefined && { code: "QUEUE_POSITION", message: `No. ${position} in the queue.`, position },
  ];
  return reasons.filter((reason) => reason !== false);
}

function pauseReason(task: ExplainedTask, facts: Facts): Reason | false {
  const until = facts.pausedTypes.get(task.type);
  return until !== undefined && { code: "RATE_LIMIT", message: `The provider of ${task.type} asked to wait.`, until };
}

function reviewReason(room: ProjectRoom | undefined): Reason | false {
  if (!room?.review || room.review.waiting + room.running < room.review.limit) return false;
  const { waiting, limit } = room.review;
  const running = room.running > 0 ? ` and ${room.running} may come` : "";
  return {
    code: "REVIEW_BACKPRESSURE",
    message: `${waiting} wait for review${running}, at most ${limit}. Review one.`,
    limit,
  };
}

function budgetReason({ type }: ExplainedTask, room: ProjectRoom | undefined): Reason | false {
  if (type === "cli" || !room?.budgetHeldUntil) return false;
  const message = "The project's budget of the day is spent. Raise it in the settings, or wait.";
  return { code: "BUDGET", message, until: new Date(room.budgetHeldUntil).toISOString() };
}

/** Limits over all projects: per type of agent, per user. */
function limitReasons(task: ExplainedTask, facts: Facts): Reason[] {
  const ofType = facts.fullTypes.get(task.type);
  const ofUser = facts.fullUsers.get(task.requestedBy ?? "");
  const reasons: (Reason | false)[] = [
    ofType !== undefined && {
      code: "CAPACITY",
      message:
        ofType === 0
          ? `No session of ${task.type} may start: the limit of this type is 0.`
          : `${ofType} sessions of ${task.type} run, the limit of this type.`,
      limit: ofType,
    },
    ofUser !== undefined && {
      code: "CAPACITY",
      message: `${ofUser} sessions run for who queued it, the limit per user.`,
      limit: ofUser,
    },
  ];
  return reasons.filter((reason) => reason !== false);
}

const askedBy = (task: ExplainedTask, ofProject: ResourcesAsked | undefined): ResourcesAsked => ({
  ...ofProject,
  ...(task.resources as ResourcesAsked),
});

function workerReasons(facts: Facts): Reason[] {
  return facts.workers > 0 ? [] : [{ code: "NO_WORKER", message: "No orchestrator is running." }];
}

/** What is to be known of these tasks' waiting. Cost: nothing where none is approved or queued, else independent of how many have ended. */
export async function gatherFacts(tx: Tx, all: readonly ExplainedTask[]): Promise<Facts> {
  const tasks = all.filter(asksForFacts);
  if (tasks.length === 0) return noFacts;
  const projectIds = [...new Set(tasks.map((task) => task.projectId))];
  const queuedIds = tasks.filter((task) => task.status === "QUEUED").map((task) => task.id);
  const [row] = await tx.$queryRaw<[FactsRow]>`
    SELECT
      (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'isAutonomous', p."autonomousExecutionEnabled",
          'budgetHeldUntil', CASE WHEN p."budgetHeldUntil" > clock_timestamp() THEN p."budgetHeldUntil" END,
          'limit', coalesce((p.settings->>'maxConcurrentSessions')::int, 5),
          'asks', jsonb_strip_nulls(jsonb_build_object('cpus', p.settings->'sessionCpus', 'memoryBytes', p.settings->'sessionMemoryBytes',
            'diskBytes', p.settings->'sessionDiskBytes')),
          'review', CASE WHEN (p.settings->>'requireReview')::boolean AND p.settings->>'maxInReview' IS NOT NULL THEN jsonb_build_object(
            'limit', (p.settings->>'maxInReview')::int,
            'waiting', (SELECT count(*) FROM "Task" r WHERE r."projectId" = p.id AND r.status = 'REVIEW')) END,
          'isHostAway', p."repoUrl" IS NOT NULL AND p."hostId" IS NOT NULL
            AND EXISTS (SELECT 1 FROM "Worker" w WHERE w."stoppedAt" IS NULL AND w."leaseUntil" > clock_timestamp())
            AND NOT EXISTS (SELECT 1 FROM "Worker" w WHERE w."stoppedAt" IS NULL AND w."leaseUntil" > clock_timestamp() AND is_at_home(p, w."hostId")),
          'running', (SELECT count(*) FROM "Session" s WHERE s."projectId" = p.id AND s.status IN ('STARTING', 'RUNNING')))), '[]')
        FROM "Project" p WHERE p.id = ANY (${projectIds}::uuid[])) AS projects,
      (SELECT coalesce(jsonb_agg(DISTINCT b."taskId"), '[]') FROM "Sandbox" b
        WHERE b."taskId" = ANY (${queuedIds}::uuid[]) AND b."terminatedAt" IS NULL) AS cleaning,
      (SELECT coalesce(jsonb_agg(u.id), '[]') FROM unnest(waiting_for_results()) AS u(id)) AS unpublished,
      (SELECT coalesce(jsonb_agg(q.id ORDER BY q."queueRank", q.id), '[]') FROM (
        SELECT t.id, t."queueRank" FROM "Task" t WHERE t.status = 'QUEUED' AND t."availableAt" IS NULL
        ORDER BY t."queueRank", t.id LIMIT ${queuedIds.length > 0 ? 1000 : 0}) q) AS queue,
      (SELECT c.max FROM (SELECT coalesce(("values"->>'maxQueueSize')::int, ${defaults.maxQueueSize}::int) AS max FROM "Config" WHERE id = 1) c
        WHERE ${tasks.some(({ status }) => status === "APPROVED")} AND EXISTS (
          SELECT 1 FROM "Task" t WHERE t.status = 'QUEUED' AND t."availableAt" IS NULL OFFSET c.max - 1)) AS "fullQueue",
      (SELECT count(*)::int FROM "Worker" w WHERE w."stoppedAt" IS NULL AND w."leaseUntil" > clock_timestamp()) AS workers,
      (SELECT coalesce(sum(w."maxConcurrent"), 0)::int FROM "Worker" w
        WHERE w."stoppedAt" IS NULL AND w."leaseUntil" > clock_timestamp()) AS capacity,
      (SELECT count(*)::int FROM "Session" s WHERE s.status IN ('STARTING', 'RUNNING')) AS running,
      (SELECT coalesce(jsonb_object_agg(a.agent, a.until), '{}') FROM "AgentPause" a WHERE a.until > clock_timestamp()) AS paused,
      (SELECT coalesce(jsonb_object_agg(l.key, l.value::int), '{}') FROM "Config" c, jsonb_each_text(c."values"->'maxConcurrentPerAgentType') l
        WHERE c.id = 1 AND l.value::int <= (SELECT count(*) FROM "Session" s WHERE s.status IN ('STARTING', 'RUNNING') AND s.agent = l.key)
      ) AS "fullTypes",
      (SELECT coalesce(jsonb_object_agg(u."requestedBy", u.max), '{}') FROM (
        SELECT s."requestedBy", (c."values"->>'maxConcurrentPerUser')::int AS max FROM "Session" s, "Config" c
        WHERE c.id = 1 AND s.status IN ('STARTING', 'RUNNING') AND s."requestedBy" IS NOT NULL
        GROUP BY 1, 2 HAVING count(*) >= (c."values"->>'maxConcurrentPerUser')::int) u) AS "fullUsers",
      (SELECT coalesce(jsonb_agg(jsonb_build_object('pausedReason', w."pausedReason", 'cpus', w.cpus, 'memoryBytes', w."memoryBytes",
          'diskBytes', w."diskFreeBytes", 'used', (
            SELECT jsonb_build_object('cpus', coalesce(sum(s.cpus), 0), 'memoryBytes', coalesce(sum(s."memoryBytes"), 0),
              'diskBytes', coalesce(sum(s."diskBytes"), 0))
            FROM "Sandbox" b JOIN "Session" s ON s.id = b."sessionId" WHERE b."workerId" = w.id AND b."terminatedAt" IS NULL))), '[]')
        FROM "Worker" w WHERE w."stoppedAt" IS NULL AND w."leaseUntil" > clock_timestamp()) AS rooms`;
  return toFacts(row);
}

const noFacts: Facts = {
  ...{ isAutonomous: new Map(), projectRoom: new Map(), pausedTypes: new Map(), fullTypes: new Map() },
  ...{ fullUsers: new Map(), rooms: [], cleaningUp: new Set(), unpublished: new Set(), positions: new Map() },
  ...{ fullQueue: null, workers: 0, capacity: 0, running: 0 },
};

interface FactsRow {
  projects: ({ id: string; isAutonomous: boolean } & ProjectRoom)[];
  paused: Record<string, string>;
  fullTypes: Record<string, number>;
  fullUsers: Record<string, number>;
  rooms: OrchestratorRoom[];
  cleaning: string[];
  unpublished: string[];
  queue: string[];
  fullQueue: number | null;
  workers: number;
  capacity: number;
  running: number;
}

function toFacts(row: FactsRow): Facts {
  return {
    isAutonomous: new Map(row.projects.map((project) => [project.id, project.isAutonomous])),
    projectRoom: new Map(row.projects.map(({ id, ...room }) => [id, room])),
    pausedTypes: new Map(Object.entries(row.paused).map(([type, until]) => [type, new Date(until).toISOString()])),
    fullTypes: new Map(Object.entries(row.fullTypes)),
    fullUsers: new Map(Object.entries(row.fullUsers)),
    rooms: row.rooms,
    cleaningUp: new Set(row.cleaning),
    unpublished: new Set(row.unpublished),
    positions: new Map(row.queue.map((id, index) => [id, index + 1])),
    fullQueue: row.fullQueue,
    workers: row.workers,
    capacity: row.capacity,
    running: row.running,
  };
}
