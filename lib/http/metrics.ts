import type { Registry } from "prom-client";
import type { Tx } from "@/lib/db.ts";

/** What is always counted here, and so can be read as often as a scraper likes: never what has ended. */
interface Counts {
  tasks: Record<string, number>;
  sessions: Record<string, number>;
  queued: number;
  delayed: number;
  oldestSeconds: number;
  orchestrators: number;
  paused: number;
  slots: number;
  pausedAgents: number;
  events: number;
}

const openStatuses = ["DRAFT", "APPROVED", "QUEUED", "RUNNING", "VALIDATING", "REVIEW", "FAILED", "STALLED"];

const gauges = {
  tasks: ["runboard_tasks", "Tasks that have not ended, by status", ["status"]],
  sessions: ["runboard_sessions", "Sessions that run now, by what carries them out", ["agent"]],
  queued: ["runboard_queue_tasks", "Tasks in line to be started", []],
  delayed: ["runboard_queue_delayed_tasks", "Queued tasks that wait for the time of their retry", []],
  oldestSeconds: ["runboard_queue_oldest_seconds", "How long the task that waits longest has been in line", []],
  orchestrators: ["runboard_orchestrators", "Orchestrators that live", []],
  paused: ["runboard_orchestrators_paused", "Of these, those that claim nothing", []],
  slots: ["runboard_slots", "Sessions that all orchestrators together may run at once", []],
  pausedAgents: ["runboard_agents_paused", "Types of agent whose provider asked to wait", []],
} as const satisfies Partial<Record<keyof Counts, readonly [string, string, readonly string[]]>>;

/**
 * What this instance and this web process do, as text of Prometheus. Cost: one statement, independent of how many tasks have ended. The
 * process's own part (prom-client's default metrics) is counted from the first answer on.
 */
export async function metrics(tx: Tx): Promise<Response> {
  // Not everybody scrapes, and every start would wait for it.
  const prometheus = await import("prom-client");
  const all = prometheus.Registry.merge([registryOf(prometheus, await readCounts(tx)), processRegistry(prometheus)]);
  return new Response(await all.metrics(), { headers: { "content-type": all.contentType } });
}

type Prometheus = typeof import("prom-client");

function registryOf({ Registry, Gauge, Counter }: Prometheus, counts: Counts): Registry {
  const registry = new Registry();
  for (const [field, [name, help, [label]]] of Object.entries(gauges)) {
    const gauge = new Gauge({ name, help, labelNames: label ? [label] : [], registers: [registry] });
    const value = counts[field as keyof typeof gauges];
    if (typeof value === "number") gauge.set(value);
    else for (const [key, count] of Object.entries(value)) gauge.set({ [label!]: key }, count);
  }
  const events = new Counter({
    name: "runboard_events_total",
    help: "Events ever written to the journals of all projects",
    registers: [registry],
  });
  events.inc(counts.events);
  return registry;
}

let ofProcess: Registry | undefined;
function processRegistry({ Registry, collectDefaultMetrics }: Prometheus): Registry {
  if (ofProcess === undefined) {
    ofProcess = new Registry();
    collectDefaultMetrics({ register: ofProcess });
  }
  return ofProcess;
}

async function readCounts(tx: Tx): Promise<Counts> {
  const [row] = await tx.$queryRaw<[Counts]>`
    SELECT
      (SELECT jsonb_object_agg(s.status, (SELECT count(*) FROM "Project" p JOIN "Task" t ON t."projectId" = p.id AND t.status = s.status
        WHERE p."archivedAt" IS NULL)) FROM unnest(${openStatuses}::text[]) AS s(status)) AS tasks,
      (SELECT coalesce(jsonb_object_agg(x.agent, x.count), '{}') FROM (SELECT agent, count(*) AS count FROM "Session"
        WHERE status IN ('STARTING', 'RUNNING') GROUP BY agent) x) AS sessions,
      (SELECT count(*)::int FROM "Task" WHERE status = 'QUEUED' AND "availableAt" IS NULL) AS queued,
      (SELECT count(*)::int FROM "Task" WHERE status = 'QUEUED' AND "availableAt" IS NOT NULL) AS delayed,
      (SELECT coalesce(extract(epoch FROM clock_timestamp() - min("queuedAt")), 0)::float8 FROM "Task"
        WHERE status = 'QUEUED' AND "availableAt" IS NULL) AS "oldestSeconds",
      (SELECT count(*)::int FROM "Worker" WHERE "stoppedAt" IS NULL AND "leaseUntil" > clock_timestamp()) AS orchestrators,
      (SELECT count(*)::int FROM "Worker" WHERE "stoppedAt" IS NULL AND "leaseUntil" > clock_timestamp() AND "pausedReason" IS NOT NULL) AS paused,
      (SELECT coalesce(sum("maxConcurrent"), 0)::int FROM "Worker" WHERE "stoppedAt" IS NULL AND "leaseUntil" > clock_timestamp()) AS slots,
      (SELECT count(*)::int FROM "AgentPause" WHERE until > clock_timestamp()) AS "pausedAgents",
      (SELECT coalesce(sum("lastSeq"), 0)::float8 FROM "Stream") AS events`;
  return row;
}
