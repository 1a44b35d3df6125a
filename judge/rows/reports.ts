import { isDeepStrictEqual } from "node:util";
import { eventually } from "../../e2e/product.ts";
import { type Attempt, attemptOf, startWaiting } from "../attempts.ts";
import { brokenIn, type JudgedProduct, newProject, startJudged } from "../judged-product.ts";
import { percentile, printTable } from "../numbers.ts";
import { type Random, randomOf } from "../random.ts";
import { type Answer, type Letter, letterOf, post, postHalf, type Said, wrongLetter } from "../report-letters.ts";
import type { RowOptions, RowResult } from "../row.ts";

// Reports of sandboxes over HTTP, right and wrong ones, before an attempt is decided, while it is, and after. In waves: so
// many attempts run at a time, and each gets its share of the reports. Two snapshots a wave stand around what must not change.

const attemptsPerWave = 20;
const racing = 8;

interface Tally {
  kinds: Map<string, number>;
  times: number[];
  serverErrors: number;
  wrong: string[];
}

export async function run({ isLong }: RowOptions): Promise<RowResult> {
  const [reports, waves] = isLong ? [10_000, 10] : [500, 1];
  const random = randomOf(Number(process.env.SEED ?? 7), "reports");
  const tally: Tally = { kinds: new Map(), times: [], serverErrors: 0, wrong: [] };
  const product = await startJudged({ TASK_MAX_CONCURRENT: String(attemptsPerWave) });
  try {
    await product.api("PATCH", "/config", { values: { retryBaseMs: 0 } });
    const bystander = await newProject(product, "bystander");
    await product.api("POST", `/projects/${bystander}/tasks`, { title: "not touched" });
    const before = await stateOf(product, bystander);
    for (let wave = 0; wave < waves; wave++) {
      const projectId = await newProject(product, `wave-${wave}`, { maxConcurrentSessions: attemptsPerWave });
      await runWave({ product, projectId, random, tally, share: reports / waves / attemptsPerWave });
      tally.wrong.push(...(await brokenIn(projectId)));
    }
    const after = await stateOf(product, bystander);
    if (after !== before) tally.wrong.push(`a project nobody reported about has changed: ${difference(before, after)}`);
  } finally {
    await product.stop();
  }
  return resultOf(tally);
}

interface Wave {
  product: JudgedProduct;
  projectId: string;
  random: Random;
  tally: Tally;
  /** Reports for each attempt. */
  share: number;
}

async function runWave(wave: Wave): Promise<void> {
  const { product, projectId, share } = wave;
  const taskIds = await startWaiting(product, projectId, attemptsPerWave);
  const attempts = await Promise.all(taskIds.map((id) => attemptOf(product, id, 1)));
  await settled(product, projectId);
  await unchanged(wave, () => refusedOnly(wave, attempts, Math.floor(share * 0.3)));
  const decided = await Promise.all(attempts.map((attempt) => decide(wave, attempt)));
  const again = decided.filter(({ said }) => !said.success).map(({ attempt }) => attempt.taskId);
  const second = await Promise.all(again.map((id) => attemptOf(product, id, 2)));
  await settled(product, projectId);
  await asDecided(wave, decided);
  await unchanged(wave, async () => {
    await afterwards(wave, decided, Math.ceil(share * 0.7) - racing);
    await Promise.all(attempts.map((attempt) => postHalf(product.url, letterOf(attempt, { success: true }, "", 0))));
  });
  for (const { taskId } of second) await product.api("POST", `/tasks/${taskId}/cancel`);
  await settled(product, projectId);
}

async function refusedOnly(
  { product, random, tally }: Wave,
  attempts: readonly Attempt[],
  each: number,
): Promise<void> {
  const letters = attempts.flatMap((own, index) => {
    const other = attempts[(index + 1) % attempts.length]!;
    return Array.from({ length: each }, () => wrongLetter({ own, other, random, ownerToken: product.token }));
  });
  await sendAll(product.url, random.shuffle(letters), tally);
}

interface Decided {
  attempt: Attempt;
  said: Said;
  answer: Answer;
}

/** Several different reports of one attempt at the same moment: one is taken, and whoever said the same is told the same. */
async function decide({ product, random, tally }: Wave, attempt: Attempt): Promise<Decided> {
  const wanted: Said[] = [
    { success: true, result: { n: random.under(1e6), nothing: null } },
    { success: true, result: ["ä", random.under(1e6)] },
    { success: false, errorMessage: `no. ${random.under(1e6)}` },
  ];
  const said = Array.from({ length: racing }, () => random.pick(wanted));
  const answers = await Promise.all(
    said.map((one) => send(product.url, letterOf(attempt, one, "at the same moment", 0), tally)),
  );
  const taken = answers.findIndex(({ status }) => status === 200);
  answers.forEach(({ status, body }, index) => {
    const isSame = said[index] === said[taken];
    const isRight = isSame ? status === 200 && isDeepStrictEqual(body, answers[taken]?.body) : status === 409;
    if (!isRight) tally.wrong.push(`racing reports: ${isSame ? "the same" : "another"} report got ${status}`);
  });
  return { attempt, said: said[taken] ?? wanted[0]!, answer: answers[taken] ?? answers[0]! };
}

/** The accepted report and nothing else stands in the tables. */
async function asDecided({ product, tally }: Wave, decided: readonly Decided[]): Promise<void> {
  for (const { attempt, said, answer } of decided) {
    const { rows } = await product.database.query(
      `SELECT s.status AS session, s.report, t.status AS task, t.result, t.attempts, t.failures, d."openDependencies" AS open,
        (SELECT count(*)::int FROM "Event" e WHERE e."entityId" = s.id AND e.type = 'SESSION_ENDED') AS ends,
        (SELECT count(*)::int FROM "Event" e WHERE e."entityId" = t.id AND e.type = 'TASK_COMPLETED') AS completions
      FROM "Sandbox" b JOIN "Session" s ON s.id = b."sessionId" JOIN "Task" t ON t.id = b."taskId"
      JOIN "Dependency" x ON x."dependsOnId" = t.id JOIN "Task" d ON d.id = x."taskId" WHERE b.id = $1`,
      [attempt.sandboxId],
    );
    const expected = {
      session: said.success ? "SUCCEEDED" : "FAILED",
      report: { success: said.success, result: said.result ?? null, errorMessage: said.errorMessage ?? null },
      task: said.success ? "COMPLETED" : "RUNNING",
      result: said.result ?? null,
      attempts: said.success ? 1 : 2,
      failures: said.success ? 0 : 1,
      open: said.success ? 0 : 1,
      ends: 1,
      completions: said.success ? 1 : 0,
    };
    if (!isDeepStrictEqual(rows[0], expected))
      tally.wrong.push(`accepted ${JSON.stringify(said)}, stored ${JSON.stringify(rows[0])}`);
    if (answer.body.newStatus !== (said.success ? "COMPLETED" : "QUEUED"))
      tally.wrong.push(`a report was answered ${JSON.stringify(answer.body)}`);
  }
}

/** After the end: the same report, also with its keys in another order; another one; of a superseded attempt; wrong ones. */
async function afterwards({ product, random, tally }: Wave, decided: readonly Decided[], each: number): Promise<void> {
  const letters = decided.flatMap(({ attempt, said }, index) => {
    const other = decided[(index + 1) % decided.length]!.attempt;
    const reversed = Object.fromEntries(Object.entries({ taskId: attempt.taskId, ...said }).reverse());
    return Array.from({ length: each }, () =>
      random.pick([
        () => letterOf(attempt, said, "the same again", 200),
        () => ({ ...letterOf(attempt, said, "the same, reordered", 200), text: JSON.stringify(reversed) }),
        () =>
          letterOf(attempt, { success: true, result: random.under(1e6) }, said.success ? "late" : "superseded", 409),
        () => letterOf(attempt, { success: false, errorMessage: "late" }, said.success ? "late" : "superseded", 409),
        () => wrongLetter({ own: attempt, other, random, ownerToken: product.token }),
        () => wrongLetter({ own: attempt, other, random, ownerToken: product.token }),
      ])(),
    );
  });
  const answers = await sendAll(product.url, random.shuffle(letters), tally);
  for (const { attempt, answer } of decided) {
    const same = answers.filter(({ letter, status }) => letter.sandboxId === attempt.sandboxId && status === 200);
    if (!same.every(({ body }) => isDeepStrictEqual(body, answer.body)))
      tally.wrong.push("the same report got another answer");
  }
}

async function sendAll(url: string, letters: readonly Letter[], tally: Tally) {
  const left = [...letters];
  const answers: (Answer & { letter: Letter })[] = [];
  const lane = async () => {
    for (let letter = left.pop(); letter !== undefined; letter = left.pop()) {
      const answer = await send(url, letter, tally);
      answers.push({ ...answer, letter });
      if (answer.status !== letter.expected)
        tally.wrong.push(
          `${letter.kind}: ${answer.status} instead of ${letter.expected}: ${letter.text.slice(0, 200)}`,
        );
    }
  };
  await Promise.all(Array.from({ length: 8 }, lane));
  return answers;
}

async function send(url: string, letter: Letter, tally: Tally): Promise<Answer> {
  const began = performance.now();
  const answer = await post(url, letter);
  tally.times.push(performance.now() - began);
  tally.kinds.set(letter.kind, (tally.kinds.get(letter.kind) ?? 0) + 1);
  if (answer.status >= 500) tally.serverErrors += 1;
  return answer;
}

async function unchanged({ product, projectId, tally }: Wave, work: () => Promise<void>): Promise<void> {
  const before = await stateOf(product, projectId);
  await work();
  const after = await stateOf(product, projectId);
  if (after !== before) tally.wrong.push(`refused or repeated reports changed something: ${difference(before, after)}`);
}

/** Nothing is on its way: what was queued runs, what ended has been cleared away. */
function settled({ database }: JudgedProduct, projectId: string): Promise<true> {
  return eventually(async () => {
    const { rows } = await database.query(
      `SELECT (SELECT count(*)::int FROM "Task" WHERE "projectId" = $1 AND status = 'QUEUED')
        + (SELECT count(*)::int FROM "Session" WHERE "projectId" = $1 AND status = 'STARTING')
        + (SELECT count(*)::int FROM "Session" s JOIN "Sandbox" b ON b."sessionId" = s.id
            WHERE s."projectId" = $1 AND s."endedAt" IS NOT NULL AND b."terminatedAt" IS NULL) AS moving`,
      [projectId],
    );
    return rows[0].moving === 0;
  }, 60_000);
}

/** All that a report could change in a project, line by line. What passes by itself is left out: leases, rounds, measurements. */
async function stateOf({ database }: JudgedProduct, projectId: string): Promise<string> {
  const { rows } = await database.query(
    `SELECT string_agg(line, E'\n' ORDER BY line) AS state FROM (
      SELECT 'project ' || (to_jsonb(p) - 'monitorCheckedAt')::text AS line FROM "Project" p WHERE id = $1
      UNION ALL SELECT 'task ' || (to_jsonb(t) - 'monitoredAt')::text FROM "Task" t WHERE "projectId" = $1
      UNION ALL SELECT 'edge ' || to_jsonb(d)::text FROM "Dependency" d WHERE "projectId" = $1
      UNION ALL SELECT 'event ' || to_jsonb(e)::text FROM "Event" e WHERE "streamId" = $1
      UNION ALL SELECT 'session ' || jsonb_build_array(id, attempt, status, reason, message, "endedAt", "exitCode", report, answer, "resultCommit")::text
        FROM "Session" WHERE "projectId" = $1
      UNION ALL SELECT 'sandbox ' || jsonb_build_array(b.id, b."sessionId", b."tokenHash", b."terminatedAt")::text
        FROM "Sandbox" b JOIN "Task" t ON t.id = b."taskId" WHERE t."projectId" = $1) all_rows`,
    [projectId],
  );
  return rows[0].state;
}

/** The lines of one state that the other has not. */
function difference(before: string, after: string): string {
  const [old, fresh] = [before, after].map((state) => state.split("\n"));
  return fresh!.filter((line) => !old!.includes(line)).join("; ");
}

function resultOf({ kinds, times, serverErrors, wrong }: Tally): RowResult {
  printTable(
    ["report", "sent"],
    [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  for (const sentence of new Set(wrong)) console.log(`WRONG: ${sentence}`);
  const isCorrect = wrong.length === 0 && serverErrors === 0;
  return {
    goal: "10,000 doubled, late, reordered, superseded, forged, truncated: 0 wrong changes or answers, 0 × 5xx",
    measured: `${times.length} reports of ${kinds.size} kinds: ${wrong.length} wrong changes or answers, ${serverErrors} × 5xx, p95 ${percentile(times, 0.95).toFixed(0)} ms`,
    isMet: isCorrect,
    isCorrect,
  };
}
