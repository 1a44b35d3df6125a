import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Command {
  file: string;
  args: readonly string[];
  environment: Record<string, string>;
}

/** A program that has said what it was waited for. */
export interface Begun {
  /** By performance.now(). */
  beganMs: number;
  /** From its start to the line. */
  ms: number;
  /** Ends it as Ctrl+C does, and waits for that. */
  stop(): Promise<void>;
}

/** Starts a program of this checkout and waits for a line of its output. Throws with all it said when it ends before. */
export async function untilLine({ file, args, environment }: Command, line: RegExp): Promise<Begun> {
  const { PATH = "", HOME = "" } = process.env;
  const env: NodeJS.ProcessEnv = { PATH, HOME, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", ...environment };
  const beganMs = performance.now();
  // In a group of its own: npm passes a signal on only sometimes.
  const child = spawn(file, args, { env, stdio: ["ignore", "pipe", "pipe"], detached: true });
  await said(child, line);
  const ms = performance.now() - beganMs;
  const ended = once(child, "close");
  return {
    beganMs,
    ms,
    stop: async () => {
      process.kill(-child.pid!, "SIGINT");
      await ended;
    },
  };
}

function said(child: ChildProcess, wanted: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    const lines: string[] = [];
    for (const stream of [child.stdout!, child.stderr!])
      createInterface({ input: stream }).on("line", (line) => {
        lines.push(line);
        if (wanted.test(line)) resolve();
      });
    child.once("error", reject);
    child.once("close", (code) =>
      reject(new Error(`${child.spawnargs.join(" ")} ended with ${code}:\n${lines.join("\n")}`)),
    );
  });
}
