import { append } from "../../../lib/task/append.ts";
import type { Evidence } from "../evidence.ts";
import { isWriter } from "../graph.ts";
import { printedBy, type WitnessLine } from "../witness.ts";
import type { Folded } from "./journal.ts";

interface Seen {
  line: WitnessLine;
  /** Its place in the file: the true order. */
  at: number;
}

const nameOf = (key: string, attempt: number) => `${key} ${attempt}`;

/** What the witnesses say against what the system says. The file's order is the truth. */
export function witnessViolations(evidence: Evidence, folded: Folded): string[] {
  const byAttempt = new Map<string, Seen[]>();
  const byKey = new Map<string, Seen[]>();
  evidence.witness.forEach((line, at) => {
    append(byAttempt, nameOf(line.key, line.attempt), { line, at });
    append(byKey, line.key, { line, at });
  });
  return [
    ...[...byKey.values()].flatMap(overlaps),
    ...unclaimedStarts(evidence, byAttempt),
    ...earlyStarts(evidence, folded, byAttempt),
    ...falseSuccesses(evidence, byAttempt),
    ...wrongLogs(evidence),
    ...wrongRefs(evidence),
  ];
}

/** I3: no line of an earlier attempt after the first line of a later one; one start an attempt. */
function overlaps(lines: Seen[]): string[] {
  const firstOf = new Map<number, number>();
  const found: string[] = [];
  let latest = 0;
  for (const { line, at } of lines) {
    if (line.attempt < latest)
      found.push(
        `I3: line ${at + 1} of the witness file: attempt ${line.attempt} of ${line.key} (process ${line.pid}) still lives, attempt ${latest} began at line ${firstOf.get(latest)}`,
      );
    if (line.attempt > latest) {
      latest = line.attempt;
      firstOf.set(latest, at + 1);
    }
  }
  const starts = new Map<number, number>();
  for (const { line } of lines)
    if (line.word === "start") starts.set(line.attempt, (starts.get(line.attempt) ?? 0) + 1);
  for (const [attempt, n] of starts)
    if (n > 1) found.push(`I3: attempt ${attempt} of ${lines[0]!.line.key} was started ${n} times`);
  return found.slice(0, 3);
}

/** I4: every start has a session; attempts are dense. */
function unclaimedStarts({ cards, sessions }: Evidence, byAttempt: ReadonlyMap<string, Seen[]>): string[] {
  const keyOf = new Map(cards.map(({ id, key }) => [id, key]));
  const known = new Set(sessions.map(({ taskId, attempt }) => nameOf(keyOf.get(taskId)!, attempt)));
  const unknown = [...byAttempt.keys()]
    .filter((name) => !known.has(name))
    .map((name) => `I4: a witness ran as attempt ${name}, there is no such session`);
  const attemptsOf = new Map<string, number[]>();
  for (const { taskId, attempt } of sessions) append(attemptsOf, taskId, attempt);
  const sparse = cards.flatMap(({ id, key, attempts }) => {
    const found = (attemptsOf.get(id) ?? []).sort((a, b) => a - b);
    const isDense = found.length === attempts && found.every((attempt, index) => attempt === index + 1);
    return isDense ? [] : [`I4: ${key} has made ${attempts} attempts and has the sessions ${found.join(", ")}`];
  });
  return [...unknown, ...sparse];
}

/**
 * I2 by the witnesses: what a task waited for had ended well before it started, and its files were there, also those of a task that
 * reported its success before its work was stored.
 */
function earlyStarts(
  { cards, tasks, sessions }: Evidence,
  { claims }: Folded,
  byAttempt: ReadonlyMap<string, Seen[]>,
): string[] {
  const commitOf = new Map(sessions.map((session) => [nameOf(session.taskId, session.attempt), session.resultCommit]));
  const keyOf = new Map(cards.map(({ id, key }) => [id, key]));
  const plannedOf = new Map(tasks.map((task) => [task.id, task]));
  return claims.flatMap((claim) => {
    const mine = byAttempt.get(nameOf(keyOf.get(claim.taskId) ?? "", claim.attempt)) ?? [];
    const start = mine.find(({ line }) => line.word === "start");
    if (start === undefined) return [];
    return claim.dependencies.flatMap(({ taskId, completed }) => {
      const key = keyOf.get(taskId) ?? taskId;
      if (completed?.verb !== "succeed") return [];
      const theirs = byAttempt.get(nameOf(key, completed.attempt)) ?? [];
      const success = theirs.find(({ line }) => line.word === "end" || line.word === "report");
      const late = success === undefined || success.at > start.at;
      const planned = plannedOf.get(taskId);
      const commit = completed.resultCommit ?? commitOf.get(nameOf(taskId, completed.attempt));
      const isMissing = mine.some(({ line }) => line.word === "missing" && line.detail === planned?.ref);
      return [
        ...(late
          ? [
              `I2: ${start.line.key} attempt ${claim.attempt} started at line ${start.at + 1}; ${key} attempt ${completed.attempt}, which it waits for, ${success ? `succeeded at line ${success.at + 1}` : "never said that it succeeded"}`,
            ]
          : []),
        ...(isMissing && commit
          ? [`I2: ${start.line.key} attempt ${claim.attempt} does not see what ${key} left in ${commit}`]
          : []),
      ];
    });
  });
}

/** I5: a session is SUCCEEDED only if its witness said so. */
function falseSuccesses({ sessions, cards }: Evidence, byAttempt: ReadonlyMap<string, Seen[]>): string[] {
  const keyOf = new Map(cards.map(({ id, key }) => [id, key]));
  return sessions
    .filter(({ status }) => status === "SUCCEEDED")
    .flatMap(({ taskId, attempt }) => {
      const lines = byAttempt.get(nameOf(keyOf.get(taskId)!, attempt)) ?? [];
      const said = lines.some(({ line }) => line.word === "end" || line.word === "report");
      return said ? [] : [`I5: ${keyOf.get(taskId)} attempt ${attempt} is SUCCEEDED and its witness never said so`];
    });
}

/** No line of output is lost or doubled, whoever read it. */
function wrongLogs({ logs, sessions, tasks }: Evidence): string[] {
  const planned = new Map(tasks.map((task) => [task.id, task]));
  return sessions.flatMap(({ id, taskId, attempt }) => {
    const task = planned.get(taskId);
    const text = logs[id];
    if (text === undefined || task === undefined || text === printedBy(task.n)) return [];
    return [
      `I9: the log of ${task.key} attempt ${attempt} is not what was printed: ${text.length} characters instead of ${printedBy(task.n).length}`,
    ];
  });
}

/** Side effects are fenced: what a task wrote stands on its branch, and a branch somebody else made stands as they left it. */
function wrongRefs({ sessions, refs, planted, tasks, cards }: Evidence): string[] {
  const keyOf = new Map(cards.map(({ id, key }) => [id, key]));
  const writers = new Set(tasks.filter(({ mode }) => isWriter(mode)).map(({ id }) => id));
  const lost = sessions
    .filter(({ status, taskId }) => status === "SUCCEEDED" && writers.has(taskId))
    .flatMap(({ taskId, attempt, branch, resultCommit }) => {
      const stands = refs[`refs/heads/${branch}`];
      if (resultCommit !== null && stands === resultCommit) return [];
      return [
        `I9: ${keyOf.get(taskId)} attempt ${attempt} succeeded with ${resultCommit ?? "no commit"}, its branch stands at ${stands ?? "nothing"}`,
      ];
    });
  const moved = planted.flatMap(([ref, commit]) =>
    refs[ref] === commit
      ? []
      : [`I5: ${ref} was made by somebody else at ${commit} and stands at ${refs[ref] ?? "nothing"}`],
  );
  return [...lost, ...moved];
}
