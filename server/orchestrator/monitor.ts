import { db, inTransaction } from "@/lib/db.ts";
import { inJournaledTransaction, lockStreams } from "@/lib/journal.ts";
import { logger } from "@/lib/log.ts";
import { checkWhenDue } from "@/lib/monitor/check.ts";
import { findDueProjects, makeDueSoon } from "@/lib/monitor/due.ts";
import type { MonitorPolicy } from "@/lib/monitor/policy.ts";
import type { Services } from "./services.ts";

/** Checks the projects whose time has come, each in a transaction of its own. With several orchestrators one of them does it. */
export async function monitorDueProjects({ worker, config }: Pick<Services, "worker" | "config">): Promise<void> {
  for (const projectId of await findDueProjects(db(), { workerId: worker.id, instance: config })) {
    await inJournaledTransaction((tx) => checkWhenDue(tx, projectId)).catch((thrown) =>
      afterError(projectId, config, thrown),
    );
  }
}

/** One project must not keep the others from being looked at. */
async function afterError(projectId: string, instance: MonitorPolicy, thrown: unknown): Promise<void> {
  logger.warn({ err: thrown, project: projectId }, "a project could not be checked and is looked at again");
  await inTransaction(async (tx) => {
    await lockStreams(tx, [projectId]);
    await makeDueSoon(tx, projectId, instance);
  });
}
