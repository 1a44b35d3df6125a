import type { Patch, SqlPatch } from "../patch.ts";
import type { RunRequest } from "./run-plan.ts";

/** A mistake somebody could make, put into a test build: the campaign has to find it. */
export interface SeededBug {
  name: string;
  patches: Patch[];
  sqlPatches: SqlPatch[];
  /** Which invariants it breaks: at least one of them has to be named by a violation. */
  breaks: string[];
  /** What a run needs to have for it to show. */
  needs?: RunRequest["needs"];
}

const runner = "server/orchestrator/session/runner.ts";

export const bugs: readonly SeededBug[] = [
  {
    name: "forgotten-descendants",
    patches: [
      {
        file: "server/sandbox/tree/process-tree.ts",
        find: "if (grouped.has(row.pid) || this.#belongs(row, table))",
        replace: "if (row.processGroup === this.#identity?.pid)",
      },
      {
        file: "server/sandbox/tree/terminate-tree.ts",
        find: "for (const group of groups) killGroup(group);",
        replace: "",
      },
    ],
    sqlPatches: [],
    breaks: ["I3", "I10"],
  },
  {
    name: "settled-before-the-tree-has-ended",
    patches: [
      {
        file: runner,
        find: "const left = await sandbox.terminate(plan.sessionId, directory, identity, graceMs);",
        replace: `const left: number[] = [];
          setTimeout(() => void sandbox.terminate(plan.sessionId, directory, identity, 0), 1500);`,
      },
    ],
    sqlPatches: [],
    breaks: ["I3", "I10"],
  },
  {
    name: "settled-before-the-work-is-published",
    patches: [
      {
        file: runner,
        find: "const kept = await keepWork(services, session);",
        replace: "const kept = {};\nsetTimeout(() => void keepWork(services, session), 0);",
      },
    ],
    sqlPatches: [],
    breaks: ["I2", "I9"],
  },
  {
    name: "session-directory-not-removed",
    patches: [
      {
        file: "server/sandbox/host-sandbox.ts",
        find: "await removeDirectory(directory);",
        replace: "",
      },
    ],
    sqlPatches: [],
    breaks: ["I10"],
  },
  {
    name: "pid-without-start-time",
    patches: [
      {
        file: "server/process-identity.ts",
        find: "identity.bootId === bootId() && startTime(identity.pid) === identity.startTime",
        replace: "identity.bootId === bootId() && startTime(identity.pid) !== null",
      },
    ],
    sqlPatches: [],
    breaks: ["I1", "I3"],
    needs: { hasSecondOrchestrator: false, faults: [{ kind: "reuse" }, { kind: "reuse" }, { kind: "reuse" }] },
  },
  {
    name: "adopted-log-from-the-beginning",
    patches: [{ file: "server/orchestrator/recovery/adopt.ts", find: "Number(row.readBytes)", replace: "0" }],
    sqlPatches: [
      { function: "append_output", find: `AND "readBytes" = c.start AND "lineBytes" = c."startLine"`, replace: "" },
    ],
    breaks: ["I9"],
    needs: { faults: Array.from({ length: 6 }, () => ({ kind: "kill", target: "orchestrator" }) as const) },
  },
  {
    name: "given-up-while-its-lease-holds",
    patches: [
      {
        file: "server/orchestrator/recovery/give-up.ts",
        find: `CASE WHEN w."isGuarded" THEN \${marginMs / 1000}::float8 ELSE \${unguardedMs / 1000}::float8 END`,
        replace: "-3600",
      },
    ],
    sqlPatches: [],
    breaks: ["I3"],
    needs: { hasSecondOrchestrator: true },
  },
  {
    name: "guard-that-does-not-end-anybody",
    patches: [{ file: "server/sandbox/spawner/session-guard.ts", find: "if (this.isOver) {", replace: "if (false) {" }],
    sqlPatches: [],
    // A helper that never sees its lease end outlives its orchestrator for ever.
    breaks: ["I3", "I10"],
    needs: {
      hasSecondOrchestrator: true,
      faults: Array.from({ length: 3 }, () => ({ kind: "pause", target: "second", stopMs: 6000 }) as const),
    },
  },
  {
    name: "published-without-compare-and-swap",
    patches: [
      {
        file: "server/sandbox/working-copy/publish-work.ts",
        find: `ref, commit, expected ?? "0".repeat(commit.length)]`,
        replace: "ref, commit]",
      },
    ],
    sqlPatches: [],
    breaks: ["I5"],
  },
  {
    name: "no-poll",
    patches: [{ file: "server/orchestrator/scheduler.ts", find: "every(env.RUNBOARD_POLL_MS, look);", replace: "" }],
    sqlPatches: [],
    breaks: ["I1"],
    needs: { isNotifyIgnored: true, hasSecondOrchestrator: false },
  },
  {
    name: "attempts-without-end",
    patches: [
      {
        file: "lib/session/retry.ts",
        find: "question.failures + 1 >= question.maxAttempts",
        replace: "question.failures < 0",
      },
    ],
    sqlPatches: [],
    breaks: ["I1", "I4"],
  },
  {
    name: "replay-off-by-one",
    patches: [
      {
        file: "server/live/streams.ts",
        find: "filter(({ seq }) => seq <= span.to)",
        replace: "filter(({ seq }) => seq < span.to)",
      },
    ],
    sqlPatches: [],
    breaks: ["I7"],
  },
  {
    name: "answered-before-the-commit",
    patches: [
      {
        file: "lib/journal.ts",
        find: "return inTransaction(async (tx) => {",
        replace: "return answeredEarly(async (tx) => {",
      },
      {
        file: "lib/journal.ts",
        find: "export function inJournaledTransaction<Result>(",
        replace: `function answeredEarly<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
          return new Promise((resolve, reject) => {
            const early = async (tx: Tx) => {
              const result = await work(tx);
              resolve(result);
              await new Promise((later) => setTimeout(later, 80));
              return result;
            };
            inTransaction(early).catch(reject);
          });
        }
        export function inJournaledTransaction<Result>(`,
      },
    ],
    sqlPatches: [],
    breaks: ["I6", "I9"],
    needs: {
      faults: Array.from({ length: 6 }, (_, n) => ({ kind: "kill", target: n % 2 ? "web" : "postmaster" }) as const),
    },
  },
  {
    name: "event-outside-the-transaction",
    patches: [
      {
        file: "lib/journal.ts",
        find: `await tx.$executeRaw\`SELECT journal_append(\${text}::jsonb), pg_notify('runboard_work', '')\`;`,
        replace: `db().$executeRaw\`SELECT journal_append(\${text}::jsonb), pg_notify('runboard_work', '')\`.then(
          () => {},
          () => {},
        );`,
      },
    ],
    sqlPatches: [],
    breaks: ["I6", "I9"],
    needs: { faults: Array.from({ length: 4 }, () => ({ kind: "kill", target: "web" }) as const) },
  },
  {
    name: "report-of-an-ended-attempt-taken",
    patches: [],
    sqlPatches: [
      {
        function: "settle",
        find: "IF v_is_stale THEN",
        replace: "IF false THEN",
      },
    ],
    breaks: ["I1", "I5", "I6", "I9"],
  },
  {
    name: "unblocked-too-early",
    patches: [],
    sqlPatches: [
      {
        function: "move_task",
        find: `SET "openDependencies" = "openDependencies" - 1`,
        replace: `SET "openDependencies" = greatest(0, "openDependencies" - 2)`,
      },
    ],
    breaks: ["I2"],
  },
  {
    name: "limit-by-count-without-lock",
    patches: [],
    sqlPatches: [
      {
        function: "claim",
        find: "ORDER BY l.id FOR UPDATE SKIP LOCKED) locked;",
        replace: "ORDER BY l.id) locked;",
      },
      {
        function: "claim",
        find: "LIMIT greatest(least(v_free - v_used, room.free), 0)",
        replace: "LIMIT greatest(least(v_free - v_used, room.free), 0) FOR UPDATE OF q SKIP LOCKED",
      },
      {
        function: "claim",
        find: "v_moved := move_task(p_task_moves, c.id, 'claim'",
        replace: "PERFORM pg_sleep(0.02);\nv_moved := move_task(p_task_moves, c.id, 'claim'",
      },
    ],
    breaks: ["I8"],
    needs: { hasSecondOrchestrator: true },
  },
  {
    name: "claimed-past-the-fence",
    patches: [],
    sqlPatches: [
      {
        function: "claim",
        find: `AND NOT EXISTS (SELECT 1 FROM "Sandbox" b WHERE b."taskId" = q.id AND b."terminatedAt" IS NULL)`,
        replace: "",
      },
    ],
    breaks: ["I3"],
    // Its sessions are given up before anybody can have ended what they run.
    needs: {
      hasSecondOrchestrator: true,
      faults: Array.from({ length: 4 }, () => ({ kind: "pause", target: "second", stopMs: 6000 }) as const),
    },
  },
  {
    name: "retry-without-its-delay",
    patches: [],
    sqlPatches: [{ function: "claim", find: `AND "availableAt" <= clock_timestamp()`, replace: "" }],
    breaks: ["I4"],
  },
  {
    name: "sandbox-row-not-ended",
    patches: [],
    sqlPatches: [
      {
        function: "end_sandbox",
        find: `AND "terminatedAt" IS NULL`,
        replace: `AND "terminatedAt" IS NULL AND "readBytes" = 0`,
      },
    ],
    breaks: ["I1", "I10"],
  },
  {
    name: "begun-before-its-results-are-stored",
    patches: [],
    sqlPatches: [{ function: "waiting_for_results", find: `WHERE b."terminatedAt" IS NULL`, replace: "WHERE false" }],
    breaks: ["I2"],
  },
  {
    name: "results-of-dependencies-left-out",
    patches: [],
    sqlPatches: [{ function: "claim", find: `AND d."resultCommit" IS NOT NULL)`, replace: "AND false)" }],
    breaks: ["I2"],
  },
];
