import { readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stopOrphan } from "../server/database/postmaster.ts";
import { lockHolder } from "../server/lock.ts";
import { readProcess } from "./processes.ts";

const anyRow = /^runboard-row-(\d+)-/;
/** Directories of rows are called so, with the row's process in it; everything a row makes lies in its own. */
export const rowDirectory = `runboard-row-${process.pid}-`;

/** A row that was killed leaves its database behind. Those of rows that run beside this one are left alone. */
export async function tidyAfterKilledRows(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(anyRow.exec(name)?.[1] ?? process.pid);
    if (pid === process.pid || /run-(row|bench)\.ts/.test(readProcess(pid)?.command ?? "")) continue;
    const left = join(tmpdir(), name);
    const databases = [left, join(left, "database"), join(left, "home", "postgres")];
    const locks = [...databases, join(left, "home")].map((directory) => join(directory, "lock"));
    if (locks.some((lock) => lockHolder(lock) !== null)) continue;
    for (const database of databases) await stopOrphan(join(database, "data"), () => {});
    rmSync(left, { recursive: true, force: true, maxRetries: 3 });
  }
}
