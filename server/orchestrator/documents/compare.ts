import picomatch from "picomatch";
import { db } from "@/lib/db.ts";
import { causeOf } from "@/lib/rule/cause.ts";
import { documentEvent } from "@/lib/rule/document-text.ts";
import { beginToKnow, type DocumentRule, knownDocuments, takeNote, tellRule } from "@/lib/rule/documents.ts";
import { foldersOpened } from "@/lib/rule/match.ts";
import type { DocumentChange } from "@/lib/rule/schema.ts";
import { inProject } from "@/lib/task/file/folder-lease.ts";
import { hashOf } from "@/lib/task/file/hash.ts";
import { createAttempts } from "./failures.ts";
import type { Looking } from "./looking.ts";
import { taskThatWrote } from "./origin.ts";

/** What a rule knows of its documents. Those that are there when it begins are known, unless it wants them told. */
export async function getToKnow({ project, tree, files, memory }: Looking, rule: DocumentRule): Promise<void> {
  if (rule.seenAt === null) {
    const known = await knownDocuments(db(), rule.id);
    const isTold = rule.when.existing && known.size === 0;
    const texts = isTold
      ? []
      : await Promise.all(pathsOf(files, rule).map(async (path) => [path, await tree.read(path)] as const));
    const hashes = texts.flatMap(([path, text]) => (text === null ? [] : [{ path, hash: hashOf(text) }]));
    await inProject(project.id, (tx) => beginToKnow(tx, rule.id, hashes));
    memory.failures.delete(rule.id);
  }
  memory.known.set(rule.id, await knownDocuments(db(), rule.id));
}

/** Tells a rule what is different from what it knows. A document that cannot be told of keeps up no other. */
export async function compare(looking: Looking, rule: DocumentRule): Promise<void> {
  const { files, memory, young } = looking;
  const known = memory.known.get(rule.id)!;
  const attempts = createAttempts(looking, rule.id);
  const paths = pathsOf(files, rule);
  const isAsSeen = (path: string) =>
    memory.outsides.get(path) === files.get(path) && known.has(path) && !attempts.hasFailed(path);
  for (const path of paths) {
    memory.missing.delete(path);
    if (young.has(path) || isAsSeen(path)) continue;
    await attempts.run(path, () => look(looking, rule, path));
  }
  const there = new Set(paths);
  for (const path of known.keys()) {
    if (there.has(path)) continue;
    if (memory.missing.has(path)) await attempts.run(path, () => sayRemoved(looking, rule, path));
    else memory.missing.add(path);
  }
}

function pathsOf(files: ReadonlyMap<string, string>, { when }: DocumentRule): string[] {
  const isMeant = picomatch(foldersOpened(when.files), { dot: true });
  return [...files.keys()].filter((path) => isMeant(path));
}

async function look(looking: Looking, rule: DocumentRule, path: string): Promise<void> {
  const known = looking.memory.known.get(rule.id)!;
  const text = await looking.tree.read(path);
  if (text === null) return;
  const hash = hashOf(text);
  const before = known.get(path);
  if (before === hash) return;
  await tell(looking, rule, { path, change: before === undefined ? "added" : "changed", text, hash });
  known.set(path, hash);
}

async function sayRemoved(looking: Looking, rule: DocumentRule, path: string): Promise<void> {
  await tell(looking, rule, { path, change: "removed", text: null, hash: null });
  looking.memory.known.get(rule.id)!.delete(path);
  looking.memory.missing.delete(path);
}

interface Told {
  path: string;
  change: DocumentChange;
  text: string | null;
  hash: string | null;
}

/** In one transaction: what happened becomes a task, or is held or skipped, and is known. */
async function tell(
  { project, spawner }: Looking,
  rule: DocumentRule,
  { path, change, text, hash }: Told,
): Promise<void> {
  const event = documentEvent(path, change, text);
  const isAbout = rule.when.on.includes(change);
  const writer = isAbout ? await taskThatWrote(spawner, project, { path, text }) : null;
  await inProject(project.id, async (tx) => {
    const isNews = await takeNote(tx, rule.id, { path, hash });
    if (isNews && isAbout) await tellRule(tx, rule.id, event, await causeOf(tx, writer));
  });
}
