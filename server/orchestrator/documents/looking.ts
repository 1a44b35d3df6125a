import type { DocumentRule } from "@/lib/rule/documents.ts";
import type { Spawner } from "../../sandbox/spawner/spawner.ts";
import type { Outside } from "../working-tree/folder.ts";
import type { Failures } from "./failures.ts";
import type { WatchedProject } from "./look.ts";
import type { Tree } from "./tree.ts";

/** What one orchestrator remembers of a project's documents between two looks. Without it, everything is read once more. */
export interface Memory {
  /** As they were when all rules had been told. */
  outsides: Map<string, Outside>;
  /** What each rule knows, by path: the hash of the text. As in the database while this orchestrator keeps the tree. */
  known: Map<string, Map<string, string>>;
  /** What each rule could not be told at the last look. */
  failures: Map<string, Failures>;
  /** Gone at the last look: one that is replaced by another is away for a moment, too. */
  missing: Set<string>;
  /** The journal's number up to which results were written back. */
  writtenSeq: number;
  /** How long it took to go through the tree: what every look costs, whether anything happened or not. */
  walkMs: number;
}

export const newMemory = (): Memory => ({
  outsides: new Map(),
  known: new Map(),
  failures: new Map(),
  missing: new Set(),
  writtenSeq: -1,
  walkMs: 0,
});

/** Of rules that are gone, or begin anew, nothing is remembered; what is new is compared with every document. */
export function forgetRules(memory: Memory, rules: readonly DocumentRule[]): void {
  const ids = new Set(rules.map(({ id }) => id));
  for (const ofRules of [memory.known, memory.failures])
    for (const id of ofRules.keys()) if (!ids.has(id)) ofRules.delete(id);
  if (rules.some(({ id, seenAt }) => seenAt === null || !memory.known.has(id))) memory.outsides.clear();
}

/** What the parts of one look share. */
export interface Looking {
  project: WatchedProject;
  spawner: Spawner;
  tree: Tree;
  files: ReadonlyMap<string, Outside>;
  memory: Memory;
  /** Changed a moment ago: whoever writes them may not be done. */
  young: ReadonlySet<string>;
}
