import type { JournalEvent } from "@/lib/events.ts";
import type { Task } from "@/lib/task/schema.ts";

/** Something that a person should see wherever they are; one with the same id takes the place of the earlier. */
export interface EventNotice {
  id: string;
  level: "error" | "attention";
  title: string;
  description?: string;
  /** What is opened by its button, below the project's address: a task, the queue, the inbox. */
  open?: string;
}

export type Tasks = Readonly<Record<string, Pick<Task, "key" | "title" | "status">>>;
type Of<Type extends JournalEvent["type"]> = Extract<JournalEvent, { type: Type }>;

/** What of a batch of events is told, once for each kind, however many there were. Failures stay: `failure-notices.ts`. */
export function noticesOf(events: readonly JournalEvent[], tasks: Tasks): EventNotice[] {
  const only = <Type extends JournalEvent["type"]>(type: Type) =>
    events.filter((event): event is Of<Type> => event.type === type);
  const stalled = only("TASK_STALLED");
  const escalated = only("TASK_ESCALATED");
  return [
    ...(stalled.length > 0 ? [stalledNotice(stalled, tasks)] : []),
    ...(escalated.length > 0 ? [escalatedNotice(escalated, tasks)] : []),
    ...disputedNotice(only("TASK_FILE_CHANGED"), tasks),
    ...askedNotice(only("QUESTION_ASKED"), tasks),
    ...lastOfEach(only("RESOURCE_EXHAUSTED"), ({ payload }) => payload.resource).map((one) => shortNotice(one, tasks)),
    ...lastOfEach(only("AGENT_PAUSED"), ({ payload }) => payload.agent).map(pausedNotice),
  ];
}

function stalledNotice(events: readonly Of<"TASK_STALLED">[], tasks: Tasks): EventNotice {
  const { text, open } = subjectOf(events, tasks);
  const description = "It waited or was silent for longer than the project allows. Retry it when that is understood.";
  return { id: "stalled", level: "attention", title: `${text} stalled`, description, open };
}

function escalatedNotice(events: readonly Of<"TASK_ESCALATED">[], tasks: Tasks): EventNotice {
  const { text, open } = subjectOf(events, tasks);
  const description =
    events.length === 1 ? "A new draft asks you to look into it." : "New drafts ask you to look into them.";
  return { id: "escalated", level: "attention", title: `${text} escalated`, description, open };
}

/** A card and its file say different things until somebody chooses. */
function disputedNotice(events: readonly Of<"TASK_FILE_CHANGED">[], tasks: Tasks): EventNotice[] {
  const disputed = lastOfEach(events, ({ entityId }) => entityId).filter(({ payload }) => payload.conflicts.length > 0);
  if (disputed.length === 0) return [];
  const { text, open } = subjectOf(disputed, tasks);
  const description = "Both were changed. The card's words hold until you choose.";
  return [{ id: "disputed", level: "attention", title: `${text}: card and file disagree`, description, open }];
}

/** Agents that stand still until somebody answers. */
function askedNotice(events: readonly Of<"QUESTION_ASKED">[], tasks: Tasks): EventNotice[] {
  const [first] = events;
  if (first === undefined) return [];
  const task = tasks[first.payload.taskId];
  if (events.length > 1 || !task)
    return [
      {
        id: "asked",
        level: "attention",
        title: `${events.length === 1 ? "An agent needs" : "Agents need"} you`,
        open: "inbox",
      },
    ];
  const { tool, input } = first.payload;
  const description = `It asks whether it may use ${tool}${input === "" ? "" : `: ${input.slice(0, 100)}`}`;
  return [{ id: "asked", level: "attention", title: `${task.key} needs you`, description, open: `t/${task.key}` }];
}

/** `DEMO-3 is`, `4 tasks are`; one known task can be opened. */
function subjectOf(events: readonly { entityId: string }[], tasks: Tasks): { text: string; open?: string } {
  const [first] = events;
  if (events.length > 1) return { text: `${events.length} tasks are` };
  const task = tasks[first!.entityId];
  return task ? { text: `${task.key} is`, open: `t/${task.key}` } : { text: "A task is" };
}

const resources = { cpu: "CPU", memory: "memory", disk: "disk" };

function shortNotice({ payload }: Of<"RESOURCE_EXHAUSTED">, tasks: Tasks): EventNotice {
  const { resource, taskId, sessionIds } = payload;
  const name = tasks[taskId]?.key ?? "the first in line";
  const holders = sessionIds.length === 1 ? "1 session holds" : `${sessionIds.length} sessions hold`;
  return {
    id: `short-${resource}`,
    level: "attention",
    title: `Not enough ${resources[resource]} for ${name}`,
    description: `It waits until there is more: ${holders} what is given out.`,
    open: "queue",
  };
}

function pausedNotice({ payload }: Of<"AGENT_PAUSED">): EventNotice {
  const until = new Date(payload.until).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
  return {
    id: `paused-${payload.agent}`,
    level: "attention",
    title: `${payload.agent} pauses until ${until}`,
    description: "Its provider asked to wait. Tasks of this type stay queued.",
    open: "queue",
  };
}

function lastOfEach<Event>(events: readonly Event[], nameOf: (event: Event) => string): Event[] {
  return [...new Map(events.map((event) => [nameOf(event), event])).values()];
}
