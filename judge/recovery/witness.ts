import { existsSync, readFileSync } from "node:fs";

/** One line of a witness: which attempt was alive, when, on the machine's clock (seconds since boot). */
export interface Tick {
  key: string;
  attempt: number;
  pid: number;
  atSeconds: number;
}

/** A command that writes a tick every tenth of a second, into a file nobody else knows of, until `file` + ".end" exists. */
export const ticking = (file: string): { command: string; args: string[] } => ({
  command: "sh",
  args: [
    "-c",
    `while [ ! -e ${file}.end ]; do
      read up rest < /proc/uptime; echo "$RUNBOARD_TASK_KEY $RUNBOARD_ATTEMPT $$ $up" >> ${file}; sleep 0.1
    done`,
  ],
});

export function ticksIn(file: string): Tick[] {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, "utf8").split("\n").slice(0, -1);
  return lines.map((line) => {
    const [key = "", attempt, pid, at] = line.split(" ");
    return { key, attempt: Number(attempt), pid: Number(pid), atSeconds: Number(at) };
  });
}

/** From the last tick of an attempt to the first of the next, in ms: below zero they overlapped. */
export function gapsMs(ticks: readonly Tick[]): number[] {
  const attempts = [...new Set(ticks.map(({ attempt }) => attempt))].sort((a, b) => a - b);
  const times = attempts.map((attempt) =>
    ticks.filter((tick) => tick.attempt === attempt).map((tick) => tick.atSeconds),
  );
  return times.slice(1).map((next, index) => Math.round((Math.min(...next) - Math.max(...times[index]!)) * 1000));
}
