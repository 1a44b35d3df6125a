import { isDeepStrictEqual } from "node:util";
import type { Actor } from "@/lib/actor.ts";
import { type Config, configSchema } from "@/lib/config/schema.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { instanceStream, lockStreams, record } from "@/lib/journal.ts";

/** The limits and policies in force. */
export async function readConfig(tx: Tx): Promise<Config> {
  const row = await tx.config.findUnique({ where: { id: 1 } });
  return configSchema.parse(row?.values ?? {});
}

export async function getConfig(tx: Tx) {
  const row = await tx.config.findUniqueOrThrow({ where: { id: 1 } });
  return { values: configSchema.parse(row.values), version: row.version, updatedAt: row.updatedAt.toISOString() };
}

export async function updateConfig(
  tx: Tx,
  input: { values: Partial<Config>; version?: number | undefined },
  actor: Actor,
) {
  await lockStreams(tx, [instanceStream]);
  const current = await getConfig(tx);
  if (input.version !== undefined && input.version !== current.version) {
    throw new DomainError("VERSION_CONFLICT", "The configuration was changed meanwhile.", { current });
  }
  const values = configSchema.parse({ ...current.values, ...input.values });
  const changed = (Object.keys(values) as (keyof Config)[]).filter(
    (key) => !isDeepStrictEqual(values[key], current.values[key]),
  );
  if (changed.length === 0) return current;
  await tx.config.update({ where: { id: 1 }, data: { values, version: { increment: 1 } } });
  record(tx, {
    streamId: instanceStream,
    type: "CONFIG_CHANGED",
    entityType: "config",
    entityId: instanceStream,
    actor,
    payload: { changed },
  });
  return getConfig(tx);
}
