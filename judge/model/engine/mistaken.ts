import type { Client } from "pg";
import { applyPatch } from "../../patch.ts";
import { sourceOf } from "../../sql-patch.ts";
import { checkPatch, importPatched } from "../patched-module.ts";
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
  for (const patch of sql) {
    const source = await sourceOf(client, patch.function);
    await client.query(applyPatch(source, patch));
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
  for (const patch of mistake.sql) {
    const source = sources.get(patch.function) ?? (await sourceOf(client, patch.function));
    sources.set(patch.function, applyPatch(source, patch));
  }
}
