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

interface Fetch {
  /** Null: it waits for the one before it. */
  beganAtMs: number | null;
  gitDir: Promise<string>;
}

export function createMirrors(spawner: Spawner, now = () => performance.now()): Mirrors {
  /** The last one begun or waiting: no other of the project is behind it. */
  const fetches = new Map<string, Fetch>();
  // What the remote got since a fetch began may not be in its answer.
  const isFresh = ({ beganAtMs }: Fetch) => beganAtMs === null || now() - beganAtMs < freshMs;

  /** It is in the map before anything is waited for: one at a time in a directory, whoever comes at once. */
  const fetchAfter = (last: Promise<unknown>, projectId: string, url: string): Promise<string> => {
    const run = async () => {
      next.beganAtMs = now();
      return (await mirrorRepository(spawner, url, mirrorOf(projectId))).gitDir;
    };
    const next: Fetch = { beganAtMs: null, gitDir: last.then(run, run) };
    fetches.set(projectId, next);
    next.gitDir.catch(() => fetches.get(projectId) === next && fetches.delete(projectId));
    return next.gitDir;
  };

  return {
    known: ({ projectId, gitDir, repoUrl }) => (repoUrl === null ? gitDir : mirrorOf(projectId)),
    locate: async ({ projectId, gitDir, repoUrl }) => {
      if (repoUrl === null) return gitDir;
      const last = fetches.get(projectId);
      return last && isFresh(last) ? last.gitDir : fetchAfter(last?.gitDir ?? Promise.resolve(), projectId, repoUrl);
    },
  };
}
