import type { Client } from "pg";
import { checkPatch, importPatched, patched } from "../patched-module.ts";
import type { EngineMistake, SqlMistake } from "./mistakes.ts";
import { type Product, product } from "./product.ts";

/** The product to drive with a mistake in it, and how to undo what was changed in the database. */
export async function makeMistake(
  client: Client,
  mistake: EngineMistake,
): Promise<{ product: Product; undo: () => Promise<void> }> {
  if ("sql" in mistake) return { product, undo: await patchRoutines(client, mistake) };
  const entry = "judge/model/engine/product.ts";
  return { product: (await importPatched<{ product: Product }>(entry, mistake.code)).product, undo: async () => {} };
}

async function patchRoutines(client: Client, { sql }: SqlMistake): Promise<() => Promise<void>> {
  const before: string[] = [];
  for (const { routine, ...patch } of sql) {
    const source = await sourceOf(client, routine);
    await client.query(patched(source, patch));
    before.unshift(source);
  }
  return async () => {
    for (const source of before) await client.query(source);
  };
}

/** Throws when what the mistake changes does not stand there any more. */
export async function checkMistake(client: Client, mistake: EngineMistake): Promise<void> {
  if ("code" in mistake) return checkPatch(mistake.code);
  const sources = new Map<string, string>();
  for (const { routine, ...patch } of mistake.sql)
    sources.set(routine, patched(sources.get(routine) ?? (await sourceOf(client, routine)), patch));
}

async function sourceOf(client: Client, routine: string): Promise<string> {
  const { rows } = await client.query<{ source: string }>(
    "SELECT pg_get_functiondef(oid) AS source FROM pg_proc WHERE proname = $1 AND pronamespace = 'public'::regnamespace",
    [routine],
  );
  if (rows.length !== 1) throw new Error(`There are ${rows.length} functions ${routine}.`);
  return rows[0]!.source;
}
