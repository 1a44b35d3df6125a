import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { startEmbedded } from "../../server/database/embedded.ts";
import { migrate } from "../../server/database/migrate.ts";

/** A home with a database that has every migration, made once: each run of a campaign begins with a copy of it. */
export async function makeTemplateHome(directory: string): Promise<string> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const database = await startEmbedded({ directory: join(directory, "postgres"), log: () => {} });
  try {
    await migrate(database.url, { log: () => {} });
  } finally {
    await database.stop();
  }
  return directory;
}

/** Owners are kept: the database's files may belong to an account of its own. */
export function copyHome(template: string, home: string): void {
  try {
    execFileSync("cp", ["-a", "--reflink=auto", template, home]);
  } catch {
    cpSync(template, home, { recursive: true, preserveTimestamps: true });
  }
}
