import { fileURLToPath } from "node:url";
import { env } from "@/lib/env.ts";
import { startChild, stopChild } from "./child.ts";
import { migrate } from "./database/migrate.ts";
import { hostId, ownerToken, prepareHome } from "./home.ts";
import { keepRunning } from "./keep-running.ts";
import { stopSignals } from "./stop-signals.ts";

// `npm run web` and `npm run orchestrator`: one process of many machines' on one DATABASE_URL.

const [name = ""] = process.argv.slice(2);
if (!["web", "orchestrator"].includes(name)) throw new Error("Say which one: web or orchestrator.");
if (env.DATABASE_URL === "") {
  console.error(
    "Set DATABASE_URL: a process of its own needs a PostgreSQL that others can reach. `npm start` brings one along.",
  );
  process.exit(1);
}
const log = (line: string) => console.log(line);
prepareHome();
hostId();
await migrate(env.DATABASE_URL, { log });
if (name === "web") {
  // The program reads its environment itself, after this.
  process.env.RUNBOARD_TOKEN ??= ownerToken();
  await import(new URL("./web.js", import.meta.url).href);
} else {
  await keepOrchestrator();
  process.exit(0);
}

/** One that was given up for dead, or ended otherwise, starts anew until a signal ends it for good. */
async function keepOrchestrator(): Promise<void> {
  const { stopping, forced } = stopSignals(log);
  // What runs beside sessions knows no more than it needs.
  const environment = { ...process.env, RUNBOARD_TOKEN: "" };
  const entry = fileURLToPath(new URL("./orchestrator.js", import.meta.url));
  const title = "The orchestrator";
  const launch = () => {
    const child = startChild({ name: title, entry, environment });
    // One that ends before it is ready is told and started again by whoever keeps it.
    child.ready.then(
      () => log("The orchestrator is ready."),
      () => {},
    );
    return child;
  };
  let current = launch();
  const start = async () => {
    current = launch();
    return current;
  };
  await Promise.all([
    keepRunning({ name: title, first: current, start, log, signal: stopping }),
    new Promise((resolve) => stopping.addEventListener("abort", resolve)).then(() =>
      stopChild(current, env.RUNBOARD_DRAIN === "on" ? null : env.RUNBOARD_GRACE_MS + 2_000, forced),
    ),
  ]);
}
