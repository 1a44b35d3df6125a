import { db } from "@/lib/db.ts";
import type { Project } from "@/lib/generated/prisma/client.ts";
import { documentRules, saySeen } from "@/lib/rule/documents.ts";
import { foldersOpened } from "@/lib/rule/match.ts";
import { takeFolder } from "@/lib/task/file/folder-lease.ts";
import { locateRepository } from "../../repository-location.ts";
import type { Spawner } from "../../sandbox/spawner/spawner.ts";
import { compare, getToKnow } from "./compare.ts";
import { problemOf } from "./failures.ts";
import { forgetRules, type Looking, type Memory, newMemory } from "./looking.ts";
import { documentsMax, treeAt } from "./tree.ts";
import { writeBack } from "./write-back.ts";

interface LookOptions {
  workerId: string;
  memory: Memory;
  spawner: Spawner;
  /** So long a document is left alone after a change: it may be half written. */
  quietMs: number;
}

/** A project whose documents are watched. */
export type WatchedProject = Pick<Project, "id" | "repoPath" | "gitDir">;

/**
 * Tells the project's rules what happened to its documents since the last look, then writes results back. What is told is noted in the
 * same transaction, so whatever ends in between, nothing is told twice and nothing is missed. */
export async function lookAtDocuments(project: WatchedProject, options: LookOptions): Promise<void> {
  const { workerId, memory, spawner, quietMs } = options;
  const rules = await documentRules(db(), project.id);
  const location = project.repoPath === null ? null : await locateRepository(project.repoPath);
  if (!location?.workTree) {
    // A path that leads nowhere here may lead somewhere on another orchestrator's machine.
    if (project.repoPath === null || location !== null) await saySeen(db(), rules, { problem: noTree });
    return;
  }
  if ((await takeFolder(db(), project.id, workerId)) === null) {
    Object.assign(memory, newMemory());
    return;
  }
  const tree = treeAt(location.workTree);
  const patterns = foldersOpened(rules.flatMap(({ when }) => when.files));
  const began = performance.now();
  const { files, isCut } = patterns.length > 0 ? await tree.list(patterns) : { files: new Map(), isCut: false };
  memory.walkMs = performance.now() - began;
  const looking: Looking = { project, spawner, tree, files, memory, young: new Set() };
  looking.young = youngIn(looking, quietMs);
  forgetRules(memory, rules);
  for (const rule of rules) {
    if (rule.seenAt === null || !memory.known.has(rule.id)) await getToKnow(looking, rule);
    await compare(looking, rule);
    const problems = [isCut && tooMany, problemOf(memory.failures.get(rule.id))].filter(Boolean);
    await saySeen(db(), [rule], { problem: problems.join(" ") || null });
  }
  for (const [path, outside] of files) if (!looking.young.has(path)) memory.outsides.set(path, outside);
  await writeBack(looking);
}

const noTree = "The project's repository has no working tree here, so there are no documents to look at.";
const tooMany = `There are more than ${documentsMax} such documents: the rest is not looked at.`;

/** By the clock of the files; one that comes from the future is not waited for. */
function youngIn({ files, memory }: Looking, quietMs: number): Set<string> {
  const isYoung = ([path, outside]: [string, string]) => {
    const ageMs = Date.now() - Number(outside.split(" ")[0]);
    return memory.outsides.get(path) !== outside && ageMs >= 0 && ageMs < quietMs;
  };
  return new Set([...files].filter(isYoung).map(([path]) => path));
}
