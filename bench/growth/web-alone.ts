import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { freePort } from "../../e2e/product.ts";
import type { Stage } from "../stage.ts";

/** Reads a path of the API to its end; throws unless it is answered. */
export type Read = <Answer>(path: string) => Promise<Answer>;

const token = "a-token-of-a-bench-and-of-nothing-else";

/** The built `npm run web` on a migrated database where nobody claims anything. */
export async function startWebAlone(
  stage: Stage,
  { databaseUrl, home }: { databaseUrl: string; home: string },
): Promise<Read> {
  const port = await freePort();
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, [".build/alone.js", "web"], {
    env: {
      ...{ PATH, HOME, NODE_ENV: "production", RUNBOARD_HOME: home, RUNBOARD_LOG_LEVEL: "warn" },
      ...{ DATABASE_URL: databaseUrl, RUNBOARD_TOKEN: token, PORT: String(port) },
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "exit");
  stage.atEnd(() => {
    child.kill("SIGTERM");
    return ended;
  });
  const lines = createInterface({ input: child.stdout! });
  await new Promise<void>((ready, failed) => {
    lines.on("line", (line) => line.includes("is ready") && ready());
    ended.then(([code]) => failed(new Error(`npm run web ended with ${code}.`)));
  });
  return async (path) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const body = await response.text();
    if (!response.ok) throw new Error(`${path} was answered ${response.status}: ${body}`);
    return JSON.parse(body);
  };
}
