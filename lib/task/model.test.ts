import { describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { runModel } from "@/lib/testing/board-model.ts";
import { provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

describe("any sequence of what people and a worker do", () => {
  it("leaves the board as a simple model says, with every invariant intact after each step", { timeout: 120_000 }, () =>
    runModel(25),
  );
});

/** Mistakes one could make in the engine: the function, what stands there, what a mistaken hand would write. */
const mistakes = [
  [
    "acts by itself with the switch off",
    "promote",
    '"autonomousExecutionEnabled"',
    '"autonomousExecutionEnabled" IS NOT NULL',
  ],
  ["claims over the project's limit", "claim", "least(v_free - v_used, room.free)", "v_free"],
  [
    "starts an attempt while the last one's processes live",
    "claim",
    'b."taskId" = q.id AND b."terminatedAt" IS NULL',
    "false",
  ],
  ["forgets to number an attempt", "move_task", "(p_verb = 'claim')::int", "0"],
  [
    "forgets to release dependents",
    "move_task",
    '"openDependencies" = "openDependencies" - 1',
    '"openDependencies" = "openDependencies"',
  ],
  ["keeps the force after the queue", "move_task", 'THEN "isForced" ELSE false', 'THEN "isForced" ELSE "isForced"'],
  ["leaves a retry of the system queued with the switch off", "settle", "IF v_is_returned THEN", "IF false THEN"],
  ["ends the session without its task", "settle", "r->>'sessionVerb', r->'actor'", "'start', r->'actor'"],
  ["loses events", "journal_append", '"lastSeq" + v_stream.n', '"lastSeq" + v_stream.n + 1'],
] as const;

describe("the judge", () => {
  it.each(mistakes)("notices an engine that %s", { timeout: 60_000 }, async (_, name, right, wrong) => {
    const [row] = await db().$queryRaw<
      [{ source: string }]
    >`SELECT pg_get_functiondef(oid) AS source FROM pg_proc WHERE proname = ${name}`;
    expect(row.source).toContain(right);
    await db().$executeRawUnsafe(row.source.replaceAll(right, wrong));
    try {
      await expect(runModel(60, 42)).rejects.toThrow();
    } finally {
      await db().$executeRawUnsafe(row.source);
    }
  });
});
