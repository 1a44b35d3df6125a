import type { JournalEvent } from "../../lib/events.ts";
import type { Asked, Found, Played } from "./schedule.ts";
import { ToldGraph } from "./told-graph.ts";

/**
 * A sentence for everything that must not be: a cycle or an illegal step at any moment of the journal, an edit that was
 * acknowledged and is not in it, a refusal for which there was no reason at any moment between question and answer, tables that
 * do not say what the journal does.
 */
export function judgeSchedule({ asked, edges, found }: Played): string[] {
  const graph = new ToldGraph(edges);
  const justified = new Set<Asked>();
  const wrong: string[] = [];
  const look = (seq: number) => {
    for (const one of asked)
      if (!justified.has(one) && seq >= one.before && seq <= one.after && isReason(graph, one)) justified.add(one);
  };
  found.events.forEach((event, index) => {
    if (event.seq !== index + 1) wrong.push(`event ${event.seq} is number ${index + 1} of the journal`);
    wrong.push(
      ...graph.follow(event).map((text) => `event ${event.seq} (${event.type} of ${event.entityId}): ${text}`),
    );
    look(event.seq);
  });
  return [...wrong, ...wrongAnswers(asked, found.events, justified), ...wrongTables(found, graph)];
}

/** Whether the answer, a refusal or that nothing had to be done, is right as things stand. */
function isReason(graph: ToldGraph, asked: Asked): boolean {
  const due = graph.due(asked);
  return asked.code === null ? "isChange" in due && !due.isChange : "code" in due && due.code === asked.code;
}

function wrongAnswers(
  asked: readonly Asked[],
  events: readonly JournalEvent[],
  justified: ReadonlySet<Asked>,
): string[] {
  const byHand = events.filter(({ actor }) => actor.id.startsWith("hand "));
  const taken = new Set<JournalEvent>();
  const wrong = asked.flatMap((one) => {
    const mine = byHand.filter(({ seq, actor }) => actor.id === one.hand && seq > one.before && seq <= one.after);
    for (const event of mine) taken.add(event);
    const isDone = mine.some((event) => isEventOf(event, one));
    if (one.code !== null && mine.length > 0)
      return [`${nameOf(one)} was refused with ${one.code} and changed something`];
    if (isDone || justified.has(one)) return [];
    return [
      one.code === null
        ? `${nameOf(one)} was acknowledged and is not in the journal`
        : `${nameOf(one)} was refused with ${one.code}; at no moment of its question was there a reason`,
    ];
  });
  const strangers = byHand.filter((event) => !taken.has(event));
  return [...wrong, ...strangers.map(({ seq, type }) => `event ${seq} (${type}): nobody asked for it`)];
}

function isEventOf(event: JournalEvent, { verb, task, other }: Asked): boolean {
  if (event.entityId !== task) return false;
  if (verb === "addDependency") return event.type === "TASK_DEPENDENCY_ADDED" && event.payload.dependsOnId === other;
  if (verb === "removeDependency")
    return event.type === "TASK_DEPENDENCY_REMOVED" && event.payload.dependsOnId === other;
  if (verb === "delete") return event.type === "TASK_DELETED";
  return event.type === "TASK_STATUS_CHANGED" && event.payload.verb === verb;
}

const nameOf = ({ hand, verb, task, other, before, after }: Asked): string =>
  `${verb} ${task} ${verb.endsWith("Dependency") ? other : ""} by ${hand} between ${before} and ${after}`;

function wrongTables({ tasks, edges, events, lastSeq }: Found, graph: ToldGraph): string[] {
  const stored = new Map(tasks.map((task) => [task.id, task]));
  const told = [...graph.nodes].flatMap(([id, { waitsFor }]) => [...waitsFor].map((other) => `${id} ${other}`));
  const kept = new Set(edges.map(({ taskId, dependsOnId }) => `${taskId} ${dependsOnId}`));
  const counters = [...graph.nodes].flatMap(([id, { status }]) => {
    const task = stored.get(id);
    const open = graph.openOf(id);
    if (task?.status === status && task.openDependencies === open) return [];
    return [
      `${id} is ${task?.status} with ${task?.openDependencies} open dependencies; by the journal ${status} with ${open}`,
    ];
  });
  return [
    ...counters,
    ...(tasks.length === graph.nodes.size
      ? []
      : [`${tasks.length} tasks are stored, the journal has ${graph.nodes.size}`]),
    ...told.filter((edge) => !kept.delete(edge)).map((edge) => `the edge ${edge} is lost`),
    ...[...kept].map((edge) => `the edge ${edge} is stored, the journal does not have it`),
    ...(events.length === lastSeq ? [] : [`the journal has ${events.length} events, its stream ends at ${lastSeq}`]),
  ];
}
