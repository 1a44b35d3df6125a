import { readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve, sep } from "node:path";

/** What project.list tells of a project's place. */
export interface PlacedProject {
  id: string;
  key: string;
  repoPath: string | null;
}

/** The project whose repository this directory is, lies in, or is a working tree of; of several, the innermost. */
export function projectAt(directory: string, projects: readonly PlacedProject[]): PlacedProject | null {
  const places = [real(directory), ...mainRepository(real(directory))];
  const around = projects.flatMap((project) => {
    const path = project.repoPath === null ? null : real(project.repoPath);
    return path !== null && places.some((place) => isWithin(place, path)) ? [{ project, depth: path.length }] : [];
  });
  return around.sort((a, b) => b.depth - a.depth)[0]?.project ?? null;
}

const isWithin = (path: string, directory: string): boolean =>
  path === directory || path.startsWith(directory.endsWith(sep) ? directory : `${directory}${sep}`);

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** A working tree made by `git worktree` has a file .git that names the repository it belongs to. */
function mainRepository(directory: string): string[] {
  for (let at = directory; ; at = dirname(at)) {
    const [, gitDir] = /^gitdir: (.+?)\s*$/.exec(read(join(at, ".git"))) ?? [];
    const [, repository] = /^(.*)\/\.git\/worktrees\/[^/]+$/.exec(gitDir ?? "") ?? [];
    if (repository !== undefined) return [real(repository)];
    if (dirname(at) === at) return [];
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
