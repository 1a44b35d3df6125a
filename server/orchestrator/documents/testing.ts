import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { db } from "@/lib/db.ts";
import { releaseHeld } from "@/lib/rule/release.ts";
import type { Rule, Trigger } from "@/lib/rule/schema.ts";
import { inProject } from "@/lib/task/file/folder-lease.ts";
import { call, newProject } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import type { Spawner } from "../../sandbox/spawner/spawner.ts";
import { lookAtDocuments } from "./look.ts";
import { type Memory, newMemory } from "./looking.ts";

const workerId = "00000000-0000-7000-8000-000000000001";

/** A project on a real repository whose documents are looked at by hand. */
export async function projectWithDocuments(spawner: Spawner) {
  const testbed = createGitTestbed("documents");
  const repository = testbed.repository({ "readme.md": "# Read me\n" });
  const gitDir = join(repository, ".git");
  const { id, key } = await newProject();
  await db().project.update({ where: { id }, data: { repoPath: repository, gitDir } });
  let memory: Memory = newMemory();
  let names = 0;
  const project = { id, repoPath: repository, gitDir };
  const at = (path: string) => join(repository, path);
  return {
    ...{ id, key, repository, gitDir, git: (...args: string[]) => testbed.plainGit(repository, ...args) },
    remove: testbed.remove,
    look: (more: { workerId?: string; quietMs?: number } = {}) =>
      lookAtDocuments(project, { workerId, memory, spawner, quietMs: 0, ...more }),
    /** As after a start. */
    forget: () => {
      memory = newMemory();
    },
    release: () => inProject(id, (tx) => releaseHeld(tx, id)),
    rule: (when: object, more: object = {}) => {
      names += 1;
      const task = { title: "{{change}} {{title}}", spec: { command: "echo", args: ["{{path}}", "{{text}}"] } };
      const input = { projectId: id, name: `Rule ${names}`, when: { source: "documents", ...when }, task, ...more };
      return call<Rule>("rule", "create", input);
    },
    triggers: async () => (await call<{ items: Trigger[] }>("trigger", "list", { projectId: id })).items.toReversed(),
    tasks: () => db().task.findMany({ where: { projectId: id }, orderBy: { number: "asc" } }),
    write: (path: string, text: string, secondsAgo = 60) => {
      mkdirSync(dirname(at(path)), { recursive: true });
      writeFileSync(at(path), text);
      const when = Date.now() / 1000 - secondsAgo;
      utimesSync(at(path), when, when);
    },
    read: (path: string) => readFileSync(at(path), "utf8"),
    delete: (path: string) => rmSync(at(path)),
  };
}
export type DocumentsProject = Awaited<ReturnType<typeof projectWithDocuments>>;
