import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { db } from "@/lib/db.ts";

/** The plans of what the work does, each beginning with its statement; those inside functions included. */
export type ReadPlans = (work: () => Promise<unknown>) => Promise<string[]>;

/** From here on the server's log, which has to be on this machine, tells every plan that `db()` executes. */
export async function watchPlans(): Promise<ReadPlans> {
  const [{ name, data }] = await db().$queryRaw<[{ name: string; data: string }]>`
    SELECT current_database() AS name, current_setting('data_directory') AS data`;
  for (const [setting, value] of Object.entries(settings))
    await db().$executeRawUnsafe(`ALTER DATABASE "${name}" SET ${setting} = '${value}'`);
  // Only new connections know it.
  await db().$disconnect();
  const log = join(dirname(data), "postgres.log");
  return async (work) => {
    const before = readFileSync(log).length;
    await work();
    const told = readFileSync(log).subarray(before).toString();
    return told.split(/^.* LOG: {2}duration: .* plan:\n/m).slice(1);
  };
}

const settings = {
  session_preload_libraries: "auto_explain",
  "auto_explain.log_min_duration": "0",
  "auto_explain.log_nested_statements": "on",
};
