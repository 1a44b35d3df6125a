import { db } from "@/lib/db.ts";
import { logger } from "@/lib/log.ts";
import { projectsWithDocuments } from "@/lib/rule/documents.ts";
import { projectsWithHeld, releaseHeld } from "@/lib/rule/release.ts";
import { inProject } from "@/lib/task/file/folder-lease.ts";
import type { Spawner } from "../../sandbox/spawner/spawner.ts";
import { lookAtDocuments, type WatchedProject } from "./look.ts";
import { type Memory, newMemory } from "./looking.ts";

interface Watched {
  memory: Memory;
  notBeforeMs: number;
}

const quietMs = 300;
const pauseMs = 20_000;
/** Going through a tree takes no more than a fiftieth of the time, however large it is. What is done about news is not waited for. */
const restPerLook = 50;

/** Looks after what rules of all projects are about, and after what they held. */
export interface Documents {
  /** Answers whether any project has documents to watch, or something held. */
  look(): Promise<boolean>;
}

export function createDocuments(workerId: () => string, spawner: Spawner): Documents {
  const watched = new Map<string, Watched>();
  /** Projects where what was held could not be released a moment ago. */
  const restUntilMs = new Map<string, number>();
  return {
    look: async () => {
      const held = await projectsWithHeld(db());
      for (const id of held) if (performance.now() >= (restUntilMs.get(id) ?? 0)) await release(id);
      const projects = await projectsWithDocuments(db());
      const ids = new Set(projects.map(({ id }) => id));
      for (const id of watched.keys()) if (!ids.has(id)) watched.delete(id);
      for (const project of projects) {
        const one = watched.get(project.id) ?? { memory: newMemory(), notBeforeMs: 0 };
        watched.set(project.id, one);
        if (performance.now() >= one.notBeforeMs) await lookAt(project, one);
      }
      return held.length + projects.length > 0;
    },
  };

  async function release(id: string): Promise<void> {
    try {
      await inProject(id, (tx) => releaseHeld(tx, id));
      restUntilMs.delete(id);
    } catch (thrown) {
      restUntilMs.set(id, performance.now() + pauseMs);
      logger.warn({ err: thrown, project: id }, "what rules held is released again later");
    }
  }

  async function lookAt(project: WatchedProject, one: Watched): Promise<void> {
    const began = performance.now();
    try {
      await lookAtDocuments(project, { workerId: workerId(), memory: one.memory, spawner, quietMs });
      one.notBeforeMs = performance.now() + one.memory.walkMs * restPerLook;
    } catch (thrown) {
      one.memory = newMemory();
      one.notBeforeMs = began + pauseMs;
      logger.warn({ err: thrown, project: project.id }, "documents are looked at again");
    }
  }
}
