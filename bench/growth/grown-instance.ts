import { join } from "node:path";
import { engineWorker } from "../../judge/engine.ts";
import { connect } from "../../lib/db.ts";
import { addApproved, addPast, addQueued } from "../../lib/testing/long-past.ts";
import type { Stage } from "../stage.ts";
import { type EngineDatabase, openEngineDatabase } from "./engine-database.ts";
import { type Read, startWebAlone } from "./web-alone.ts";

/** An instance with a past of its own length and the same present: its web process, and a place at its engine. */
export interface GrownInstance extends EngineDatabase {
  past: number;
  workerId: string;
  read: Read;
  /** The connection of an orchestrator. */
  engine: ReturnType<typeof connect>;
}

interface Size {
  past: number;
  approved: number;
  queued: number;
}

export async function growInstance(stage: Stage, { past, approved, queued }: Size): Promise<GrownInstance> {
  const opened = await openEngineDatabase(stage, `past-${past}`);
  const { url, projectId, execute } = opened;
  const workerId = await engineWorker(1);
  await addPast(execute, projectId, past);
  await addApproved(execute, projectId, approved);
  await addQueued(execute, projectId, queued);
  // As autovacuum would have long since.
  await execute("VACUUM ANALYZE");
  const engine = connect(url, 1);
  stage.atEnd(() => engine.$disconnect());
  const read = await startWebAlone(stage, { databaseUrl: url, home: join(stage.directory, `home-${past}`) });
  return { ...opened, past, workerId, engine, read };
}
