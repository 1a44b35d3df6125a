import { db } from "@/lib/db.ts";
import type { JournalEvent } from "@/lib/events.ts";
import { since } from "@/lib/journal.ts";
import { isSessionLive } from "@/lib/session/machine.ts";
import { findTaskMove, type TaskStatus, type TaskVerb } from "@/lib/task/machine.ts";

/** Everything stored about a project, at one moment when nobody writes. */
export async function snapshot(projectId: string) {
  const where = { projectId };
  const [tasks, edges, sessions, prompts, questions, stream, project, events] = await Promise.all([
    db().task.findMany({ where, orderBy: { number: "asc" } }),
    db().dependency.findMany({ where }),
    db().session.findMany({ where, orderBy: { attempt: "asc" } }),
    db().sessionPrompt.findMany({ where }),
    db().question.findMany({ where }),
    db().stream.findUniqueOrThrow({ where: { id: projectId } }),
    db().project.findUniqueOrThrow({ where: { id: projectId } }),
    since(projectId, { after: 0, limit: 1_000_000 }),
  ]);
  const settings = project.settings as { maxConcurrentSessions?: number };
  return {
    tasks,
    edges,
    sessions,
    prompts,
    questions,
    events,
    lastSeq: Number(stream.lastSeq),
    sessionLimit: settings.maxConcurrentSessions ?? 5,
  };
}
export type Snapshot = Awaited<ReturnType<typeof snapshot>>;

/** Everything that must always hold of what is stored; a sentence for each thing that does not. */
export function brokenInvariants(found: Snapshot): string[] {
  return [
    ...wrongCounters(found),
    ...cycles(found),
    ...wrongSessions(found),
    ...gaps(found),
    ...foldJournal(found).broken,
    ...wrongAttempts(found),
    ...wrongTalk(found),
  ];
}

function wrongCounters({ tasks, edges }: Snapshot): string[] {
  const status = new Map(tasks.map((task) => [task.id, task.status]));
  return tasks.flatMap((task) => {
    const open = edges.filter((edge) => edge.taskId === task.id && status.get(edge.dependsOnId) !== "COMPLETED").length;
    return open === task.openDependencies
      ? []
      : [`${task.number} counts ${task.openDependencies} open dependencies, has ${open}`];
  });
}

function cycles({ tasks, edges }: Snapshot): string[] {
  const left = new Map(
    tasks.map((task) => [task.id, new Set(edges.filter((e) => e.taskId === task.id).map((e) => e.dependsOnId))]),
  );
  for (let isShrinking = true; isShrinking; ) {
    const free = [...left].filter(([, waitsFor]) => [...waitsFor].every((id) => !left.has(id))).map(([id]) => id);
    for (const id of free) left.delete(id);
    isShrinking = free.length > 0;
  }
  return left.size === 0 ? [] : [`${left.size} tasks are in or behind a cycle`];
}

function wrongSessions({ tasks, sessions, sessionLimit }: Snapshot): string[] {
  const live = sessions.filter((session) => isSessionLive(session.status));
  const limit = live.length > sessionLimit ? [`${live.length} live sessions, limit ${sessionLimit}`] : [];
  const perTask = tasks.flatMap((task) => {
    const mine = live.filter((session) => session.taskId === task.id).length;
    const due = task.status === "RUNNING" || task.status === "VALIDATING" ? 1 : 0;
    return mine === due ? [] : [`${task.number} is ${task.status} with ${mine} live sessions`];
  });
  return [...limit, ...perTask];
}

function gaps({ events, lastSeq }: Snapshot): string[] {
  const isDense = events.every(({ seq }, index) => seq === index + 1) && events.length === lastSeq;
  return isDense ? [] : [`the journal has ${events.length} events and ends at ${lastSeq}`];
}

function wrongAttempts({ tasks, sessions }: Snapshot): string[] {
  return tasks.flatMap((task) => {
    const mine = sessions.filter((session) => session.taskId === task.id).map((session) => session.attempt);
    const isDense = mine.length === task.attempts && mine.every((attempt, index) => attempt === index + 1);
    return isDense ? [] : [`${task.number} has made ${task.attempts} attempts, has sessions ${mine.join(", ")}`];
  });
}

/** What is said to agents is taken or refused, what they ask is answered, and each is told once, after it was said. */
function wrongTalk({ prompts, questions, events }: Snapshot): string[] {
  const told = (entries: readonly [string, string][]) =>
    entries.flatMap(([id, last]) => {
      const found = events.flatMap(({ type, payload }) =>
        JSON.stringify(payload).includes(id) && talkEvents.includes(type) ? [type] : [],
      );
      const first = last.startsWith("QUESTION") ? "QUESTION_ASKED" : "SESSION_PROMPTED";
      const expected = last === first ? [first] : [first, last];
      return found.join() === expected.join()
        ? []
        : [`${id}: the journal tells ${found.join()}, not ${expected.join()}`];
    });
  const both = prompts.filter(({ deliveredAt, refusal }) => deliveredAt !== null && refusal !== null);
  const half = questions.filter(({ answeredAt, decision, answeredBy }) =>
    [answeredAt, decision, answeredBy].some((value) => (value === null) !== (answeredAt === null)),
  );
  return [
    ...both.map(({ id }) => `prompt ${id} was taken and refused`),
    ...half.map(({ id }) => `question ${id} is half answered`),
    ...told(prompts.map((prompt) => [prompt.id, lastOfPrompt(prompt)])),
    ...told(questions.map(({ id, answeredAt }) => [id, answeredAt === null ? "QUESTION_ASKED" : "QUESTION_ANSWERED"])),
  ];
}

const talkEvents = [
  ...["SESSION_PROMPTED", "SESSION_PROMPT_DELIVERED", "SESSION_PROMPT_REFUSED", "QUESTION_ASKED", "QUESTION_ANSWERED"],
];
const lastOfPrompt = ({
  deliveredAt,
  refusal,
}: Pick<Snapshot["prompts"][number], "deliveredAt" | "refusal">): string => {
  if (deliveredAt !== null) return "SESSION_PROMPT_DELIVERED";
  return refusal === null ? "SESSION_PROMPTED" : "SESSION_PROMPT_REFUSED";
};

interface Told {
  status: TaskStatus;
  queuedBySystem: boolean;
}

/** Replays the journal from nothing: every step legal, with an actor, and in the end what the tables say. */
export function foldJournal({ tasks, events }: Pick<Snapshot, "tasks" | "events">) {
  const told = new Map<string, Told>();
  const broken: string[] = [];
  let isAutonomous = false;
  const watch = (event: JournalEvent) => {
    if (!event.actor.id || !event.actor.type) broken.push(`event ${event.seq} has no actor`);
    if (event.type === "AUTONOMOUS_MODE_CHANGED") isAutonomous = event.payload.enabled;
    if (event.type === "TASK_CREATED")
      told.set(event.entityId, { status: event.payload.status, queuedBySystem: false });
    if (event.type === "TASK_DELETED") told.delete(event.entityId);
    if (event.type !== "TASK_STATUS_CHANGED") return;
    const { from, to, verb } = event.payload;
    const task = told.get(event.entityId);
    const move = findTaskMove(verb as TaskVerb);
    if (task?.status !== from) broken.push(`event ${event.seq}: from ${from}, but it was ${task?.status}`);
    if (!move?.from.includes(from) || !move.to.includes(to))
      broken.push(`event ${event.seq}: ${verb} from ${from} to ${to} is not legal`);
    if (verb === "claim" && task?.queuedBySystem && !isAutonomous)
      broken.push(`event ${event.seq}: claimed for the system with the switch off`);
    if (verb === "queue" || verb === "requestChanges")
      told.set(event.entityId, { status: to, queuedBySystem: event.actor.type === "system" });
    else told.set(event.entityId, { status: to, queuedBySystem: task?.queuedBySystem ?? false });
  };
  for (const event of events) watch(event);
  for (const task of tasks) {
    if (told.get(task.id)?.status !== task.status)
      broken.push(`${task.number} is ${task.status}, the journal says ${told.get(task.id)?.status}`);
  }
  if (told.size !== tasks.length) broken.push(`the journal knows ${told.size} tasks, the table ${tasks.length}`);
  return { told, broken };
}

/** Claims of a task while something it waits for had not been completed, by the journal's order. */
export function earlyClaims(
  events: readonly JournalEvent[],
  waitsFor: ReadonlyMap<string, readonly string[]>,
): string[] {
  const completed = new Set<string>();
  return events.flatMap((event) => {
    if (event.type !== "TASK_STATUS_CHANGED") return [];
    const { from, to, verb } = event.payload;
    if (to === "COMPLETED") completed.add(event.entityId);
    if (from === "COMPLETED") completed.delete(event.entityId);
    const missing = verb === "claim" ? (waitsFor.get(event.entityId) ?? []).filter((id) => !completed.has(id)) : [];
    return missing.map((id) => `event ${event.seq}: ${event.entityId} was claimed before ${id} was completed`);
  });
}
