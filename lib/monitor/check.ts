import type { Actor } from "@/lib/actor.ts";
import { readConfig } from "@/lib/config/config.ts";
import type { Tx } from "@/lib/db.ts";
import { lockStreams } from "@/lib/journal.ts";
import { makeDueSoon, takeDueCheck } from "@/lib/monitor/due.ts";
import { monitorPolicyOf } from "@/lib/monitor/policy.ts";
import { react } from "@/lib/monitor/react.ts";
import type { Reaction } from "@/lib/monitor/schema.ts";
import { findSightings, sightingsMax } from "@/lib/monitor/sightings.ts";
import { findProject, lockProject, type ProjectRow } from "@/lib/project/find.ts";
import type { ProjectSettings } from "@/lib/project/schema.ts";

const monitor: Actor = { type: "system", id: "monitor", name: "Monitor" };

/** Looks at a project now, whenever the last check was, and reacts to each episode of waiting or silence once. */
export async function checkNow(tx: Tx, ref: string): Promise<{ checkedAt: string; reactions: Reaction[] }> {
  const project = await lockProject(tx, ref);
  const [row] = await tx.$queryRaw<[{ at: Date }]>`
    UPDATE "Project" SET "monitorCheckedAt" = clock_timestamp() WHERE id = ${project.id}::uuid RETURNING "monitorCheckedAt" AS at`;
  return { checkedAt: row.at.toISOString(), reactions: await look(tx, project) };
}

/** The same for an orchestrator when it is due. Null: somebody else has just looked. */
export async function checkWhenDue(tx: Tx, projectId: string): Promise<Reaction[] | null> {
  await lockStreams(tx, [projectId]);
  if (!(await takeDueCheck(tx, projectId, await readConfig(tx)))) return null;
  return look(tx, await findProject(tx, projectId));
}

/** The project's lock is held: nothing moves between what is seen and what is done. */
async function look(tx: Tx, project: ProjectRow): Promise<Reaction[]> {
  const config = await readConfig(tx);
  const policy = monitorPolicyOf(project.settings as Partial<ProjectSettings>, config);
  const sightings = await findSightings(tx, project.id, policy);
  if (sightings.length === sightingsMax) await makeDueSoon(tx, project.id, config);
  return react(tx, { project, config, actor: monitor, strategy: policy.escalationStrategy }, sightings);
}
