import { access, constants, readFile, realpath, stat } from "node:fs/promises";
import { dirname, isAbsolute, join, resolve } from "node:path";

/** Where a path's repository keeps its things. */
export interface RepositoryLocation {
  /** The directory with HEAD and index: of a linked worktree its own one. */
  gitDir: string;
  /** The directory with objects and refs; the same but for linked worktrees. */
  commonDir: string;
  /** null: bare. */
  workTree: string | null;
}

/** The repository at exactly this path (a working copy, a linked worktree, a submodule or a bare one), or null. */
export async function locateRepository(path: string): Promise<RepositoryLocation | null> {
  const dotGit = join(path, ".git");
  const kind = await stat(dotGit).catch(() => null);
  if (kind?.isDirectory()) return locate(dotGit, path);
  if (kind?.isFile()) return locate(await followGitFile(dotGit), path);
  return locate(path, null);
}

/** The nearest directory above that is a repository; for a message that names it. */
export async function enclosingRepository(path: string): Promise<string | null> {
  for (let above = dirname(path); above !== dirname(above); above = dirname(above)) {
    if ((await locateRepository(above))?.workTree) return above;
  }
  return null;
}

async function locate(gitDir: string | null, workTree: string | null): Promise<RepositoryLocation | null> {
  if (gitDir === null) return null;
  const common = await readFile(join(gitDir, "commondir"), "utf8").catch(() => null);
  const commonDir = common === null ? gitDir : resolve(gitDir, common.trim());
  const [isObjects, isRefs, isHead] = await Promise.all(
    [join(commonDir, "objects"), join(commonDir, "refs"), join(gitDir, "HEAD")].map(isThere),
  );
  if (!isObjects || !isRefs || !isHead) return null;
  return { gitDir: await realpath(gitDir), commonDir: await realpath(commonDir), workTree };
}

async function followGitFile(file: string): Promise<string | null> {
  const target = /^gitdir: (.+?)\s*$/.exec(await readFile(file, "utf8").catch(() => ""))?.[1];
  if (!target) return null;
  return isAbsolute(target) ? target : resolve(dirname(file), target);
}

const isThere = (path: string): Promise<boolean> =>
  access(path, constants.F_OK).then(
    () => true,
    () => false,
  );
