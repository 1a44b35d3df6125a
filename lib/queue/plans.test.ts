import { randomUUID } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { newProject, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

let projectId: string;

/** A project with a long past: 20,000 completed, 1,000 queued, 50 approved, 20 that wait for their time; and five other projects. */
beforeAll(async () => {
  projectId = (await newProject()).id;
  const insert = (status: string, from: number, count: number, set = "NULL, NULL, NULL", into = projectId) =>
    db().$executeRawUnsafe(`INSERT INTO "Task" (id, "projectId", number, title, status, "createdBy", "queueRank", "queuedAt", "availableAt")
      SELECT gen_random_uuid(), '${into}', n, 'task ' || n, '${status}', '{}', ${set} FROM generate_series(${from}, ${from + count - 1}) n`);
  await insert("COMPLETED", 1, 20_000);
  await insert("QUEUED", 20_001, 1_000, "n, now(), NULL");
  await insert("APPROVED", 21_001, 50);
  await insert("QUEUED", 21_051, 20, "n, now(), now() + interval '1 hour'");
  for (let n = 0; n < 5; n++) await insert("QUEUED", 1, 1_000, "n, now(), NULL", (await newProject()).id);
  await db().$executeRaw`ANALYZE`;
}, 60_000);

/** The queries of an engine's function as they stand there, with its variables filled in. */
async function planOf(name: string, begins: string, ends: string): Promise<string> {
  const [row] = await db().$queryRaw<
    [{ source: string }]
  >`SELECT prosrc AS source FROM pg_proc WHERE proname = ${name}`;
  const start = row.source.indexOf(begins);
  expect(start, `${name} holds: ${begins}`).toBeGreaterThanOrEqual(0);
  const sql = row.source
    .slice(start, row.source.indexOf(ends, start))
    .replace(/INTO v_\w+(?:, v_\w+)*/g, "")
    .replace(/\bv_projects\b/g, `ARRAY['${projectId}']::uuid[]`)
    .replace(/\b(v_free|v_room|p_limit)\b/g, "5")
    .replace(/\bv_used\b/g, "0")
    .replace(/\bv_waiting\b/g, `ARRAY['${randomUUID()}']::uuid[]`)
    .replace(/\bw\."hostId"/g, `'${randomUUID()}'::uuid`)
    .replace(/\bv_kept_project\b/g, "NULL::uuid")
    .replace(/\bp_projects\b/g, `ARRAY['${projectId}']::uuid[]`)
    .replace(/\bp_paused\b/g, "'{}'::text[]")
    .replace(/\bp_type_limits\b/g, "'{}'::jsonb")
    .replace(/\bv_ageing\b/g, "300")
    .replace(/\bv_(full_types|full_users|short)\b/g, "'{}'::text[]")
    .replace(/\bw\."?(cpus|memoryBytes|diskFreeBytes)"?/g, "8::float8")
    .replace(/\bp_worker\b/g, `'${randomUUID()}'::uuid`);
  const rows = await db().$queryRawUnsafe<{ "QUERY PLAN": string }[]>(`EXPLAIN ${sql}`);
  return rows.map((line) => line["QUERY PLAN"]).join("\n");
}

/** Among one project's tasks, and where only existence is asked, several narrow indexes are as good. */
const narrow = /task_claimable|task_queue|task_promotable|Task_projectId_status_position_id_idx/;
const projects = "SELECT coalesce(array_agg(id), '{}') INTO v_projects";

const statements = [
  {
    what: "the best queued tasks",
    name: "claim",
    begins: "SELECT best.*, x.id AS project_id",
    ends: "LOOP",
    index: /task_claimable/,
  },
  {
    what: "who is first in line",
    name: "first_in_line",
    begins: "SELECT best.id, x.id, best.type",
    ends: ";",
    index: /task_claimable/,
  },
  { what: "the projects with work", name: "claim", begins: projects, ends: ";", index: narrow },
  {
    what: "the projects that were skipped",
    name: "claim",
    begins: "SELECT count(*) - cardinality(v_projects)",
    ends: ";",
    index: narrow,
  },
  {
    what: "retries that are due",
    name: "claim",
    begins: 'UPDATE "Task" SET "availableAt" = NULL',
    ends: ";",
    index: /task_delayed/,
  },
  {
    what: "what to promote",
    name: "promote",
    begins: "SELECT best.id FROM unnest(v_projects)",
    ends: "LOOP",
    index: /task_promotable/,
  },
  { what: "the projects that act by themselves", name: "promote", begins: projects, ends: ";", index: narrow },
];

describe("with 20,000 tasks done, the engine", () => {
  it.each(statements)(
    "finds $what by an index and reads no task that is done",
    async ({ name, begins, ends, index }) => {
      const plan = await planOf(name, begins, ends);
      expect(plan).toMatch(index);
      expect(plan).not.toMatch(/Seq Scan on "Task"/);
    },
  );
});
