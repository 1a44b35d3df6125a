import { useSyncExternalStore } from "react";
import type { ColumnId } from "@/lib/client/columns.ts";

const storageKey = "runboard.columns";
const readers = new Set<() => void>();
const noChoices: Partial<Record<ColumnId, "open" | "collapsed">> = {};
let choices: typeof noChoices | undefined;

/** Empty ones of these take no room until something arrives or somebody opens them. */
const quiet: ColumnId[] = ["draft", "review", "stopped"];

function read(): typeof noChoices {
  if (choices) return choices;
  try {
    choices = JSON.parse(localStorage.getItem(storageKey) ?? "{}") as typeof noChoices;
  } catch {
    choices = noChoices;
  }
  return choices;
}

/** What was chosen on this device; else narrow when it is a quiet column with nothing in it. */
export function useCollapsed(column: ColumnId, total: number): boolean {
  const choice = useSyncExternalStore(subscribe, read, () => noChoices)[column];
  return choice ? choice === "collapsed" : quiet.includes(column) && total === 0;
}

export function setCollapsed(column: ColumnId, choice: "open" | "collapsed"): void {
  choices = { ...read(), [column]: choice };
  try {
    localStorage.setItem(storageKey, JSON.stringify(choices));
  } catch {
    // Storage may be closed to us; then the choice holds until the next load.
  }
  for (const reader of readers) reader();
}

function subscribe(reader: () => void) {
  readers.add(reader);
  return () => readers.delete(reader);
}
