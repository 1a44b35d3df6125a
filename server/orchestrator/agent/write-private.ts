import { open, rename } from "node:fs/promises";

/** Whole or not there, and nobody else's to read: for what has secrets in it. */
export async function writePrivate(path: string, text: string): Promise<void> {
  const draft = await open(`${path}.new`, "w", 0o600);
  await draft.writeFile(text).finally(() => draft.close());
  await rename(`${path}.new`, path);
}
