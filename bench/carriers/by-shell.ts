import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { timed } from "../rounds.ts";
import type { Stage } from "../stage.ts";
import type { Carrier, Drain } from "./carrier.ts";

/** How a program of the shell is told of a graph: a file in a directory of its own, and its arguments there. */
interface Tool {
  program: string;
  file: string;
  text: (drain: Drain) => string;
  args: (concurrency: number) => string[];
}

const commandOf = ({ commandLine }: Drain) => [commandLine!.command, ...commandLine!.args].join(" ");
const listOf = ({ graph }: Drain) => graph.map(({ id }) => id).join(" ");

const tools = {
  ninja: {
    program: "ninja",
    file: "build.ninja",
    // What it says it makes is never made, so it runs every time.
    text: (drain) =>
      [
        `rule run\n  command = ${commandOf(drain)}`,
        ...drain.graph.map(({ id, needs }) => `build ${id}: run ${needs.join(" ")}`),
      ]
        .join("\n")
        .concat("\n"),
    args: (concurrency) => ["--quiet", `-j${concurrency}`],
  },
  make: {
    program: "make",
    file: "Makefile",
    text: (drain) =>
      [
        `all: ${listOf(drain)}\n.PHONY: all ${listOf(drain)}`,
        ...drain.graph.map(({ id, needs }) => `${id}: ${needs.join(" ")}\n\t@${commandOf(drain)}`),
      ].join("\n"),
    args: (concurrency) => ["--silent", `-j${concurrency}`],
  },
  /** Knows no dependencies. */
  xargs: {
    program: "xargs",
    file: "list",
    text: (drain) => `${drain.graph.map(() => commandOf(drain)).join("\n")}\n`,
    args: (concurrency) => [`-P${concurrency}`, "-L1", "env"],
  },
} as const satisfies Record<string, Tool>;

export type ToolName = keyof typeof tools;

/** A graph by ninja, make or xargs, on standard equipment: nothing of it is durable. Throws when the program is missing or fails. */
export const byShell =
  ({ directory }: Stage, name: ToolName): Carrier =>
  async (drain) => {
    const { program, file, text, args }: Tool = tools[name];
    const place = mkdtempSync(join(directory, `${name}-`));
    writeFileSync(join(place, file), text(drain));
    const ms = await timed(() => runIn(place, { program, args: args(drain.concurrency), input: join(place, file) }));
    rmSync(place, { recursive: true });
    return ms;
  };

async function runIn(cwd: string, { program, args, input }: { program: string; args: string[]; input: string }) {
  const from = openSync(input, "r");
  const child = spawn(program, args, { cwd, stdio: [from, "ignore", "inherit"] });
  const [code] = await once(child, "exit");
  closeSync(from);
  if (code !== 0) throw new Error(`${program} ended with ${code}.`);
}
