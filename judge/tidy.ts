import { readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stopOrphan } from "../server/database/postmaster.ts";
import { lockHolder } from "../server/lock.ts";

/** Directories of rows are called so; everything a row makes lies in its own. */
export const rowDirectory = "runboard-row-";

const surelyStartedMs = 60_000;

/** A row that was killed leaves its database behind; the locks in its directory say whether anybody still lives there. */
export async function tidyAfterKilledRows(): Promise<void> {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(rowDirectory))) {
    const left = join(tmpdir(), name);
    const ageMs = Date.now() - (statSync(left, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    const databases = [left, join(left, "database"), join(left, "home", "postgres")];
    const locks = [...databases, join(left, "home")].map((directory) => join(directory, "lock"));
    if (ageMs < surelyStartedMs || locks.some((lock) => lockHolder(lock) !== null)) continue;
    for (const database of databases) await stopOrphan(join(database, "data"), () => {});
    rmSync(left, { recursive: true, force: true, maxRetries: 3 });
  }
}
