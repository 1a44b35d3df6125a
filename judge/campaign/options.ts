import { parseArgs } from "node:util";
import { type Shape, shapes } from "./graph.ts";

export interface CampaignOptions {
  runs: number;
  /** The first run's; each further run has the next. */
  seed: number;
  tasks: number;
  kills: number;
  shape: Shape | undefined;
  /** Runs at a time: much of a run is waiting. */
  parallel: number;
  /** No faults, nobody who interferes: nothing may be found. */
  isClean: boolean;
  /** Seeded bugs by name, with commas between; "all" of them. */
  bug: string | undefined;
}

export const usage = `npm run campaign -- [--runs N] [--seed S] [--tasks 300] [--kills 5] [--shape ${shapes.join(" | ")}] [--clean] [--parallel 2] [--bug <name>,… | --bugs]
Each run starts the product on a fresh home, lets a graph of tasks drain while processes are killed and people interfere, and
judges what witnesses, clients and listeners saw. --bug puts a seeded bug into a test build: then it has to be found.`;

/** Null: not understood. */
export function parseOptions(args: string[]): CampaignOptions | null {
  try {
    const text = { type: "string" } as const;
    const flag = { type: "boolean" } as const;
    const { values } = parseArgs({
      args,
      options: {
        runs: text,
        seed: text,
        tasks: text,
        kills: text,
        shape: text,
        clean: flag,
        bug: text,
        bugs: flag,
        parallel: text,
      },
    });
    const shape = values.shape === undefined ? undefined : shapes.find((one) => one === values.shape);
    if (values.shape !== undefined && shape === undefined) return null;
    return {
      runs: count(values.runs, values.bug || values.bugs ? 20 : 1),
      seed: count(values.seed, 1),
      tasks: count(values.tasks, 300),
      kills: count(values.kills, 5),
      shape,
      parallel: Math.max(1, count(values.parallel, 2)),
      isClean: values.clean ?? false,
      bug: values.bugs ? "all" : values.bug,
    };
  } catch {
    return null;
  }
}

function count(text: string | undefined, fallback: number): number {
  const value = Number(text ?? fallback);
  if (!Number.isInteger(value) || value < 0) throw new Error(`${text} is no count.`);
  return value;
}
