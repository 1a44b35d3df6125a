import { Client } from "pg";
import { applyPatch, type SqlPatch } from "./patch.ts";

/** Puts seeded bugs into the functions of a run's database. Settings of a function (ALTER FUNCTION … SET) are part of its text. */
export async function patchDatabase(url: string, patches: readonly SqlPatch[]): Promise<void> {
  if (patches.length === 0) return;
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    for (const patch of patches) await client.query(applyPatch(await sourceOf(client, patch.function), patch));
  } finally {
    await client.end();
  }
}

/** The text of the one function of that name. */
export async function sourceOf(client: Client, name: string): Promise<string> {
  const { rows } = await client.query<{ source: string }>(
    "SELECT pg_get_functiondef(oid) AS source FROM pg_proc WHERE proname = $1 AND pronamespace = 'public'::regnamespace",
    [name],
  );
  if (rows.length !== 1) throw new Error(`There are ${rows.length} functions ${name} in the database.`);
  return rows[0]!.source;
}
