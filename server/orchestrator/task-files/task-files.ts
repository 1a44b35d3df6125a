import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";
import { db } from "@/lib/db.ts";
import { logger } from "@/lib/log.ts";
import { leaveFolders, projectsWithFiles } from "@/lib/task/file/folder-lease.ts";
import { folderPath } from "@/lib/task/file/names.ts";
import { lookAtTaskFiles } from "./look.ts";
import { type Memory, newMemory } from "./looking.ts";

interface Watched {
  memory: Memory;
  watcher: FSWatcher | null;
  /** After something went wrong it is left alone for a while. */
  notBeforeMs: number;
}

const pauseMs = 20_000;
const quietMs = 200;

/** Looks after the task files of all projects that have them. A poll is the truth; what the system tells of changes is a hint. */
export interface TaskFiles {
  /** Answers whether any project has some. */
  look(): Promise<boolean>;
  /** Leaves the directories to whoever comes next. */
  close(): Promise<void>;
}

export function createTaskFiles(workerId: () => string): TaskFiles {
  const watched = new Map<string, Watched>();
  let hint: NodeJS.Timeout | undefined;
  let isBusy = false;
  let isClosed = false;

  const look = async () => {
    if (isBusy || isClosed) return true;
    isBusy = true;
    try {
      return await lookAll();
    } finally {
      isBusy = false;
    }
  };

  async function lookAll(): Promise<boolean> {
    const projects = await projectsWithFiles(db());
    forgetAllBut(new Set(projects.map(({ id }) => id)));
    for (const project of projects) {
      const one = watched.get(project.id) ?? { memory: newMemory(), watcher: null, notBeforeMs: 0 };
      watched.set(project.id, one);
      if (Date.now() < one.notBeforeMs) continue;
      await lookAtTaskFiles(project, { workerId: workerId(), memory: one.memory, quietMs })
        .then((isLeft) => isLeft && soon())
        .catch((thrown) => {
          one.memory = newMemory();
          one.notBeforeMs = Date.now() + pauseMs;
          logger.warn({ err: thrown, project: project.id }, "task files are looked at again");
        });
      one.watcher ??= watchFolder(join(project.repoPath!, folderPath), one);
    }
    return projects.length > 0;
  }

  /** Several changes at once are one look. */
  const soon = () => {
    clearTimeout(hint);
    hint = setTimeout(() => void look().catch(() => {}), quietMs);
  };

  function watchFolder(path: string, one: Watched): FSWatcher | null {
    if (isClosed) return null;
    try {
      const watcher = watch(path, { persistent: false }, (_event, name) => !name?.startsWith(".") && soon());
      watcher.on("error", () => {
        watcher.close();
        one.watcher = null;
      });
      return watcher;
    } catch {
      return null;
    }
  }

  function forgetAllBut(ids: ReadonlySet<string>) {
    for (const [id, { watcher }] of watched) {
      if (ids.has(id)) continue;
      watcher?.close();
      watched.delete(id);
    }
  }

  return {
    look,
    close: async () => {
      isClosed = true;
      clearTimeout(hint);
      forgetAllBut(new Set());
      await leaveFolders(db(), workerId()).catch(() => {});
    },
  };
}
