import type { CommandLine, Graph } from "./graph.ts";

/** What the operation task.createBatch takes, and answers, of each. */
interface NewTask {
  ref: string;
  title: string;
  status: "APPROVED";
  spec: CommandLine;
  dependsOn: string[];
}
type Created = { ref: string | null; id: string };

const perCall = 1000;

/** Creates the tasks of a graph, call by call: those of an earlier call are named by their ids. */
export async function createTasks(
  graph: Graph,
  spec: CommandLine,
  create: (tasks: NewTask[]) => Promise<readonly Created[]>,
): Promise<void> {
  const ids = new Map<string, string>();
  for (let at = 0; at < graph.length; at += perCall) {
    const tasks = graph.slice(at, at + perCall).map(({ id, needs }): NewTask => {
      const dependsOn = needs.map((need) => ids.get(need) ?? need);
      return { ref: id, title: id, status: "APPROVED", spec, dependsOn };
    });
    for (const { ref, id } of await create(tasks)) if (ref !== null) ids.set(ref, id);
  }
}
