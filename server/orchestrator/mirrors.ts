import { join } from "node:path";
import { home } from "@/lib/env.ts";
import { mirrorRepository } from "../repository-mirror.ts";
import type { Spawner } from "../sandbox/spawner/spawner.ts";

/** The git directories that sessions clone from. */
export interface Mirrors {
  /** A path project's own repository, or the up-to-date bare copy of a URL project's. */
  locate(project: { projectId: string; gitDir: string; repoUrl: string | null }): Promise<string>;
  /** Where that is, without asking the network. */
  known(project: { projectId: string; gitDir: string; repoUrl: string | null }): string;
}

const freshMs = 10_000;
const mirrorOf = (projectId: string): string => join(home.repositories, `${projectId}.git`);

export function createMirrors(spawner: Spawner): Mirrors {
  const fetched = new Map<string, { atMs: number; gitDir: Promise<string> }>();

  const fetchNow = (projectId: string, url: string) => {
    const gitDir = mirrorRepository(spawner, url, mirrorOf(projectId)).then((mirror) => mirror.gitDir);
    gitDir.catch(() => fetched.delete(projectId));
    fetched.set(projectId, { atMs: performance.now(), gitDir });
    return gitDir;
  };

  return {
    known: ({ projectId, gitDir, repoUrl }) => (repoUrl === null ? gitDir : mirrorOf(projectId)),
    locate: async ({ projectId, gitDir, repoUrl }) => {
      if (repoUrl === null) return gitDir;
      const last = fetched.get(projectId);
      if (last && performance.now() - last.atMs < freshMs) return last.gitDir;
      await last?.gitDir.catch(() => {});
      return fetchNow(projectId, repoUrl);
    },
  };
}
