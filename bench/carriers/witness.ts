import { readFileSync } from "node:fs";
import type { CommandLine } from "./graph.ts";

/** A program that writes when it began into a file, and is one process. */
export const witnessing = (file: string): CommandLine => ({
  command: "sh",
  args: ["-c", 'exec date +%s%N >> "$0"', file],
});

/** Milliseconds from each beginning to the next. */
export function gapsIn(file: string): number[] {
  const begun = readFileSync(file, "utf8").trim().split("\n").map(BigInt);
  return begun.slice(1).map((at, index) => Number(at - begun[index]!) / 1e6);
}
