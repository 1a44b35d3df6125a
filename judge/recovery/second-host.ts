import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { eventually } from "../../e2e/product.ts";
import { asProcesses } from "../judged-product.ts";
import { childrenOf, send, startedWith } from "../processes.ts";

/** `npm run orchestrator` on a home of its own: another host, as far as anybody can tell, on the same database. */
export interface SecondHost {
  /** The orchestrator's pid now; 0 while it is being started again. */
  orchestratorPid(): number;
  /** Everything of this host ends at once, its sessions too, as when the plug is pulled. */
  pullPlug(): Promise<void>;
  stop(): Promise<void>;
}

export async function startSecondHost(directory: string, environment: Record<string, string>): Promise<SecondHost> {
  const home = join(directory, `second-${Math.random().toString(36).slice(2)}`);
  mkdirSync(home);
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, ["--enable-source-maps", ".build/alone.js", "orchestrator"], {
    env: {
      PATH,
      HOME,
      NODE_ENV: "production",
      RUNBOARD_HOME: home,
      RUNBOARD_LOG_LEVEL: "error",
      ...asProcesses,
      ...environment,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  await saysReady(child);
  const orchestratorPid = () => childrenOf(child.pid!, "/orchestrator.js")[0] ?? 0;
  const ended = new Promise((resolve) => child.once("exit", resolve));
  return {
    orchestratorPid,
    pullPlug: async () => {
      const orchestrator = orchestratorPid();
      const pids = [child.pid!, orchestrator, ...childrenOf(orchestrator, "spawner-child.js")];
      for (const pid of pids) send(pid, "SIGKILL");
      // Whatever has the host's home in its environment: its programs and its sessions.
      await eventually(async () => {
        const left = startedWith(`=${home}`);
        for (const { pid } of left) send(pid, "SIGKILL");
        return left.length === 0;
      });
    },
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

function saysReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).on("line", (line) => line.includes("is ready") && resolve());
    child.once("exit", (code) => reject(new Error(`The second host ended with ${code}.`)));
  });
}
