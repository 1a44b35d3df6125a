import { notFound } from "@/lib/errors.ts";
import { invoke } from "@/lib/invoke.ts";
import { writeBoard } from "@/lib/mcp/board-text.ts";
import type { Visitor } from "@/lib/mcp/visitor.ts";
import type { Project } from "@/lib/project/schema.ts";
import type { Session } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

interface Resource {
  uri: string;
  name: string;
  title: string;
  description: string;
  mimeType: string;
}

export const resourceTemplates = [
  {
    uriTemplate: "runboard://projects/{key}/board",
    ...{ name: "board", title: "The board of a project", mimeType: "text/markdown" },
    description: "Its open cards by status, each with why it is not moving, and what was done last.",
  },
  {
    uriTemplate: "runboard://tasks/{key}",
    ...{ name: "task", title: "A task with its history", mimeType: "application/json" },
    description: "The task, why it is not running, its sessions and its last events.",
  },
];

interface Page<Row> {
  items: Row[];
}
const ask = <Output>({ caller }: Visitor, name: `${string}.${string}`, input: object): Promise<Output> => {
  const [noun = "", verb = ""] = name.split(".");
  return invoke(noun, verb, input, { caller }) as Promise<Output>;
};

/** A session sees its own project; others the first two hundred. */
const projectsOf = async (visitor: Visitor): Promise<Project[]> =>
  visitor.scope === null
    ? (await ask<Page<Project>>(visitor, "project.list", { limit: 200 })).items
    : [await ask<Project>(visitor, "project.get", { projectId: visitor.scope.project.id })];

export async function listResources(visitor: Visitor): Promise<Resource[]> {
  const [board] = resourceTemplates;
  const boards = (await projectsOf(visitor)).map(({ key, name }) => ({
    uri: `runboard://projects/${key}/board`,
    ...{ name: `${key} board`, title: `${name}: board` },
    ...{ description: board!.description, mimeType: board!.mimeType },
  }));
  const projects = {
    uri: "runboard://projects",
    ...{ name: "projects", title: "The projects", mimeType: "application/json" },
    description: "Every project with its settings and counts.",
  };
  return [projects, ...boards];
}

/** Throws NOT_FOUND for what is not there, and for what this visitor may not see. */
export async function readResource(uri: string, visitor: Visitor) {
  const [, kind = "", ref = ""] = /^runboard:\/\/(projects|tasks)(?:\/([^/]{1,64}))?(?:\/board)?$/.exec(uri) ?? [];
  if (uri === "runboard://projects") return json(uri, await projectsOf(visitor));
  if (kind === "projects" && ref !== "" && uri.endsWith("/board")) return board(uri, visitor, ref);
  if (kind === "tasks" && ref !== "" && !uri.endsWith("/board")) return json(uri, await taskWithHistory(visitor, ref));
  throw notFound("resource", uri.slice(0, 200));
}

async function board(uri: string, visitor: Visitor, projectId: string) {
  const project = await ask<Project>(visitor, "project.get", { projectId });
  const open = "DRAFT,APPROVED,QUEUED,RUNNING,VALIDATING,REVIEW,FAILED,STALLED";
  const list = (status: string, limit: number, sort: string) =>
    ask<Page<Task>>(visitor, "task.list", { projectId, status, limit, sort });
  const [{ items: cards }, { items: done }] = [
    await list(open, 200, "position"),
    await list("COMPLETED", 10, "recent"),
  ];
  return { uri, mimeType: "text/markdown", text: writeBoard(project, cards, done) };
}

async function taskWithHistory(visitor: Visitor, ref: string): Promise<object> {
  const task = await ask<Task>(visitor, "task.get", { taskId: ref });
  const { id: taskId, projectId } = task;
  const { reasons } = await ask<{ reasons: unknown[] }>(visitor, "task.explain", { taskId });
  const sessions = await ask<Page<Session>>(visitor, "session.list", { taskId, limit: 20 });
  const events = await ask<Page<unknown>>(visitor, "event.list", {
    ...{ projectId, entityId: taskId, after: 0, limit: 50, order: "desc" },
  });
  return { task, reasons, sessions: sessions.items, events: events.items };
}

const json = (uri: string, value: unknown) => ({ uri, mimeType: "application/json", text: JSON.stringify(value) });
