import { env } from "@/lib/env.ts";
import { migrate } from "./database/migrate.ts";
import { ownerToken, prepareHome } from "./home.ts";

// `npm run web` and `npm run orchestrator`: one process of many machines' on one DATABASE_URL.

const [name = ""] = process.argv.slice(2);
if (!["web", "orchestrator"].includes(name)) throw new Error("Say which one: web or orchestrator.");
if (env.DATABASE_URL === "") {
  console.error(
    "Set DATABASE_URL: a process of its own needs a PostgreSQL that others can reach. `npm start` brings one along.",
  );
  process.exit(1);
}
prepareHome();
// The program reads its environment itself, after this.
process.env.RUNBOARD_TOKEN ??= ownerToken();
await migrate(env.DATABASE_URL, { log: (line) => console.log(line) });
await import(new URL(`./${name}.js`, import.meta.url).href);
