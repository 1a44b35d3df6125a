import type { Tx } from "@/lib/db.ts";
import { record } from "@/lib/journal.ts";
import type { Check } from "@/lib/monitor/react.ts";
import { sightingText } from "@/lib/monitor/sighting-text.ts";
import type { Sighting } from "@/lib/monitor/sightings.ts";
import { createBatch, type NewTask } from "@/lib/task/create.ts";
import { explain, gatherFacts } from "@/lib/task/explain.ts";
import { keyOf } from "@/lib/task/find.ts";
import { blockersOf } from "@/lib/task/view.ts";

const tag = "escalation";
const high = 3;

/** A draft for a person to look into each; what is watched stays as it is. A task of this kind is never escalated itself. */
export async function escalate(tx: Tx, check: Check, sightings: readonly Sighting[]): Promise<Map<string, string>> {
  const { project, actor } = check;
  const noticed = sightings.filter(({ task }) => !task.tags.includes(tag));
  if (noticed.length === 0) return new Map();
  const whys = await explainAll(tx, noticed);
  const drafts = noticed.map((sighting) => draftOf(sighting, whys.get(sighting.task.id) ?? []));
  const created = await createBatch(tx, project.id, drafts, actor);
  noticed.forEach(({ task }, index) => {
    const payload = { taskId: created[index]!.id };
    record(tx, { streamId: project.id, type: "TASK_ESCALATED", entityType: "task", entityId: task.id, actor, payload });
  });
  return new Map(noticed.map(({ task }, index) => [task.id, created[index]!.id]));
}

/** Why each of them is not running, in sentences. */
async function explainAll(tx: Tx, sightings: readonly Sighting[]): Promise<Map<string, string[]>> {
  const tasks = sightings.map(({ task }) => task);
  const ids = tasks.map(({ id }) => id);
  const [facts, blockers] = [await gatherFacts(tx, tasks), await blockersOf(tx, ids)];
  return new Map(
    tasks.map((task) => [task.id, explain(task, blockers.get(task.id) ?? [], facts).map(({ message }) => message)]),
  );
}

function draftOf(sighting: Sighting, whys: readonly string[]): NewTask {
  const { task, session } = sighting;
  const key = keyOf(task);
  return {
    title: `Investigate stalled task: ${key}`,
    description: [
      sightingText(sighting),
      `> ${escaped(task.title)}`,
      ...(whys.length > 0 ? ["Why it is not running:", whys.map((why) => `- ${escaped(why)}`).join("\n")] : []),
      `[Open ${key}](/p/${task.project.key}/t/${key})`,
    ].join("\n\n"),
    status: "DRAFT",
    priority: high,
    tags: [tag, "stalled_task"],
    metadata: { stalledTaskId: task.id, ...(session ? { sessionId: session.id } : {}) },
  };
}

/** As it was written, whatever Markdown would make of it. */
const escaped = (text: string): string => text.replace(/[\\`*_{}[\]<>()#+!|~&-]/g, "\\$&");
