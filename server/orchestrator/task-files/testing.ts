import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { db } from "@/lib/db.ts";
import { call, newProject } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../../git-testbed.ts";
import type { openFolder } from "../working-tree/folder.ts";
import { lookAtTaskFiles } from "./look.ts";
import { type Memory, newMemory } from "./looking.ts";

const workerId = "00000000-0000-7000-8000-000000000001";

/** A project on a real repository, with its cards as files. */
export async function projectWithFiles() {
  const testbed = createGitTestbed("task-files");
  const repository = testbed.repository();
  const { id, key } = await newProject();
  await db().project.update({ where: { id }, data: { repoPath: repository } });
  await call("project", "update", { projectId: id, settings: { taskFiles: "on" } });
  const folder = join(repository, ".runboard", "tasks");
  let memory: Memory = newMemory();
  return {
    ...{ id, key, repository, folder, remove: testbed.remove },
    look: (more: { workerId?: string; quietMs?: number; open?: typeof openFolder } = {}) =>
      lookAtTaskFiles({ id, repoPath: repository }, { workerId, memory, ...more }),
    /** As after a start. */
    forget: () => {
      memory = newMemory();
    },
    files: () => readdirSync(folder).sort(),
    read: (name: string) => readFileSync(join(folder, name), "utf8"),
    write: (name: string, text: string) => {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, name), text);
    },
    remarks: async () => (await db().taskFolder.findUniqueOrThrow({ where: { projectId: id } })).remarks,
    tasks: () => db().task.findMany({ where: { projectId: id }, orderBy: { number: "asc" } }),
    row: (name: string) => db().taskFile.findUniqueOrThrow({ where: { projectId_name: { projectId: id, name } } }),
  };
}
