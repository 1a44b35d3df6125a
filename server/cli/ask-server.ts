import type { Project } from "@/lib/project/schema.ts";
import type { Session } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";
import { catalogue } from "./catalogue.ts";
import { cleanLine } from "./clean-text.ts";
import type { Proposal, Reference } from "./complete.ts";
import { findConnection } from "./connection.ts";
import { findProject } from "./find-project.ts";
import { createClient } from "./request.ts";
import { readSettings } from "./settings.ts";

const longestMs = 1_500;

/** Names for a completion; none when the server does not answer at once. The project that was typed counts, else the one of here. */
export async function askServer(what: Reference, typed: readonly string[]): Promise<Proposal[]> {
  try {
    return await names(what, typed);
  } catch {
    return [];
  }
}

async function names(what: Reference, typed: readonly string[]): Promise<Proposal[]> {
  const settings = readSettings();
  const client = createClient(findConnection(settings));
  const signal = AbortSignal.timeout(longestMs);
  const list = async <Item>(name: string, input: object) =>
    (
      await client.call<{ items: Item[] }>(
        catalogue.find((one) => one.name === name)!,
        { limit: 100, ...input },
        { signal },
      )
    ).items;
  const projects = await list<Project>("project.list", {});
  if (what === "project") return projects.map(({ key, name }) => ({ word: key, about: cleanLine(name) }));
  const key = projects.find((project) => typed.includes(project.key))?.key ?? (await findProject(client, settings));
  if (what === "session") {
    const sessions = await list<Session>("session.list", key === null ? {} : { projectId: key });
    return sessions.map((one) => ({
      word: `${one.taskKey}/${one.attempt}`,
      about: cleanLine(`${one.status} ${one.taskTitle}`),
    }));
  }
  const chosen = key === null ? projects.map((project) => project.key) : [key];
  const tasks = await Promise.all(chosen.map((projectId) => list<Task>("task.list", { projectId, sort: "recent" })));
  return tasks.flat().map((task) => ({ word: task.key, about: cleanLine(`${task.status} ${task.title}`) }));
}
