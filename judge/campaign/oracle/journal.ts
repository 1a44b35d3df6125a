import type { Evidence } from "../evidence.ts";

/** Where a task stands after some part of the journal, folded by the judge alone. */
export interface Told {
  title: string;
  status: string;
  attempts: number;
  generation: number;
  version: number;
  /** How it was completed last; null while it is not. */
  completed: { verb: string; attempt: number; resultCommit: string | null } | null;
  dependsOn: Set<string>;
  /** Claims since a person or the board queued it afresh. */
  claimsInARow: number;
  /** A retry may not be claimed before. */
  availableAt: string | null;
}

export interface Claimed {
  taskId: string;
  attempt: number;
  seq: number;
  /** What it waited for at that moment, as each stood then. */
  dependencies: { taskId: string; completed: Told["completed"] }[];
}

export interface Folded {
  tasks: Map<string, Told>;
  claims: Claimed[];
  /** session id → status; a claim has no event of its own in the session's name. */
  sessions: Map<string, string>;
  violations: string[];
}

/** The legal moves as the judge knows them, written down again on purpose: verb → from, to. */
const legal: Record<string, [from: string, to: string]> = {
  approve: ["DRAFT", "APPROVED"],
  withdraw: ["APPROVED", "DRAFT"],
  queue: ["APPROVED FAILED STALLED", "QUEUED"],
  unqueue: ["QUEUED", "APPROVED"],
  claim: ["QUEUED", "RUNNING"],
  succeed: ["RUNNING", "VALIDATING REVIEW COMPLETED"],
  accept: ["REVIEW", "COMPLETED"],
  requestChanges: ["REVIEW", "QUEUED"],
  retry: ["RUNNING VALIDATING", "QUEUED"],
  fail: ["RUNNING VALIDATING", "FAILED"],
  stall: ["APPROVED QUEUED RUNNING", "STALLED"],
  cancel: ["DRAFT APPROVED QUEUED RUNNING VALIDATING REVIEW FAILED STALLED", "CANCELLED"],
  complete: ["DRAFT APPROVED QUEUED REVIEW", "COMPLETED"],
  reopen: ["COMPLETED FAILED CANCELLED", "APPROVED"],
};

const claimsInARowMax = 6;

/** Plays the journal from nothing. Edges made with a task are known from who asked for it: the journal does not tell them. */
export function foldJournal({ events, tasks: planned, created, limits, slots }: Evidence): Folded {
  const tasks = new Map<string, Told>();
  const claims: Claimed[] = [];
  const sessions = new Map<string, string>();
  const violations: string[] = [];
  const idOf = new Map(planned.map(({ ref, id }) => [ref, id]));
  const edgesOf = new Map<string, string[]>([
    ...planned.map(({ ref, dependsOn }) => [ref, dependsOn.map((other) => idOf.get(other)!)] as [string, string[]]),
    ...created,
  ]);
  const live = new Set<string>();
  const updates = events.filter(
    ({ type, payload }) =>
      type === "PROJECT_UPDATED" && (payload as { changed: string[] }).changed.includes("settings"),
  ).length;
  const isExact = updates === limits.length;
  let limitAt = -1;
  const wrong = (seq: number, text: string) => violations.push(`event ${seq}: ${text}`);

  events.forEach((event, index) => {
    const { seq, type, entityId: id, actor } = event;
    if (seq !== index + 1) wrong(seq, `it is number ${index + 1} of the journal`);
    if (!actor?.type || !actor.id) wrong(seq, "it has no actor");
    if (type === "PROJECT_UPDATED" && event.payload.changed.includes("settings")) limitAt += 1;
    if (type === "TASK_CREATED") {
      const { status, title } = event.payload;
      if (tasks.has(id)) wrong(seq, `${title} is created a second time`);
      const dependsOn = new Set(edgesOf.get(title) ?? []);
      tasks.set(id, {
        title,
        status,
        attempts: 0,
        generation: 1,
        version: 1,
        completed: null,
        dependsOn,
        claimsInARow: 0,
        availableAt: null,
      });
    }
    const task = tasks.get(id);
    if (type === "TASK_DELETED") tasks.delete(id);
    if (type === "TASK_DEPENDENCY_ADDED") task?.dependsOn.add(event.payload.dependsOnId);
    if (type === "TASK_DEPENDENCY_REMOVED") task?.dependsOn.delete(event.payload.dependsOnId);
    if (type === "TASK_UPDATED" && task) checkVersion(task, event.payload.version, seq);
    if (type === "TASK_RETRY_SCHEDULED" && task) task.availableAt = event.payload.availableAt;
    if (type === "TASK_COMPLETED" && task?.completed) task.completed.resultCommit = event.payload.resultCommit;
    if (type === "SESSION_STARTED") sessions.set(id, "RUNNING");
    if (type === "SESSION_ENDED") endSession(id, event.payload, seq);
    if (type !== "TASK_STATUS_CHANGED") return;
    if (task) move(task, id, event);
    else wrong(seq, `${id} moves and was never created`);
  });
  return { tasks, claims, sessions, violations };

  function checkVersion(task: Told, version: number, seq: number): void {
    if (version !== task.version + 1) wrong(seq, `${task.title} goes from version ${task.version} to ${version}`);
    task.version = version;
  }

  function endSession(id: string, payload: { taskId: string; attempt: number; status: string }, seq: number): void {
    const before = sessions.get(id);
    const task = tasks.get(payload.taskId);
    if (before !== undefined && before !== "RUNNING")
      wrong(seq, `session ${id} ends as ${payload.status} and had ended as ${before}`);
    if (payload.status === "SUCCEEDED" && task?.attempts !== payload.attempt)
      wrong(seq, `I5: attempt ${payload.attempt} of ${task?.title} is accepted, the current one is ${task?.attempts}`);
    sessions.set(id, payload.status);
    if (task?.attempts === payload.attempt) live.delete(payload.taskId);
  }

  function move(
    task: Told,
    id: string,
    event: Extract<Evidence["events"][number], { type: "TASK_STATUS_CHANGED" }>,
  ): void {
    const { seq, payload } = event;
    const { from, to, verb, version } = payload;
    const [fromAllowed = "", toAllowed = ""] = legal[verb] ?? [];
    if (task.status !== from) wrong(seq, `${task.title} moves from ${from} and was ${task.status}`);
    if (!fromAllowed.split(" ").includes(from) || !toAllowed.split(" ").includes(to))
      wrong(seq, `${task.title}: ${verb} from ${from} to ${to} is not legal`);
    checkVersion(task, version, seq);
    if (verb === "reopen") task.generation += 1;
    if (verb === "reopen" || verb === "queue") task.claimsInARow = 0;
    if (verb === "claim") claim(task, id, event);
    if (verb !== "retry") task.availableAt = null;
    task.status = to;
    if (to === "COMPLETED" && task.completed) wrong(seq, `I1: ${task.title} is completed twice in one generation`);
    task.completed = to === "COMPLETED" ? { verb, attempt: task.attempts, resultCommit: null } : null;
  }

  function claim(task: Told, id: string, { seq, at }: { seq: number; at: string }): void {
    task.attempts += 1;
    task.claimsInARow += 1;
    if (live.has(id)) wrong(seq, `I3: ${task.title} is claimed while an attempt of it is live`);
    live.add(id);
    const limit = isExact ? limits[limitAt]! : Math.max(...limits);
    if (live.size > limit) wrong(seq, `I8: ${live.size} sessions are live in the project, its limit is ${limit}`);
    if (live.size > slots) wrong(seq, `I8: ${live.size} sessions are live, all orchestrators have ${slots} slots`);
    if (task.claimsInARow > claimsInARowMax)
      wrong(seq, `I4: ${task.title} is claimed ${task.claimsInARow} times without having been queued afresh`);
    if (task.availableAt !== null && at < task.availableAt)
      wrong(seq, `I4: ${task.title} is claimed at ${at}, its retry was put off until ${task.availableAt}`);
    const dependencies = [...task.dependsOn].map((other) => ({
      taskId: other,
      completed: tasks.get(other)?.completed ?? null,
    }));
    for (const { taskId, completed } of dependencies)
      if (completed === null)
        wrong(
          seq,
          `I2: ${task.title} is claimed while ${tasks.get(taskId)?.title}, which it waits for, is ${tasks.get(taskId)?.status}`,
        );
    claims.push({ taskId: id, attempt: task.attempts, seq, dependencies: dependencies.map((one) => ({ ...one })) });
  }
}
