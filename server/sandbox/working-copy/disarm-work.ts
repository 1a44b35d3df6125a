import { chmodSync, type Dirent, lstatSync, readdirSync, unlinkSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { sizeText } from "@/lib/size-text.ts";
import { HostileCloneError } from "./clone-skeleton.ts";
import { bytesOf, refuseTraps } from "./nested-repository.ts";

/** Looked at before others get their turn: about a millisecond. */
const SLICE = 300;
/** As newer versions of git: longer ones they do not read. */
const PATTERNS_MAX_BYTES = 100 * 1024 * 1024;

/**
 * Makes the files of a clone safe for a host git that looks through them. Git opens .gitignore, .gitattributes and what a repository
 * within a repository says of itself, wherever they lie: a pipe in their place would hold it up until its time is over. So pipes, sockets
 * and devices go, which are nobody's work, and what leads git to some that are out of our reach is refused. Kinds of entries only, no
 * look at each: 10,000 files take some 30 ms, and files that are ignored count as well. To be called when the session's processes
 * are gone. Throws HostileCloneError.
 */
export async function disarmWork(directory: string, maxEntries = 2_000_000): Promise<void> {
  const top = Buffer.from(directory).toString("latin1");
  const waiting = [top];
  const repositories: string[] = [];
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    for (const entry of list(next)) {
      if (++seen > maxEntries)
        throw new HostileCloneError(`The session left more than ${maxEntries} files in its clone.`);
      if (seen % SLICE === 0) await setImmediate();
      const name = entry.name.toString("latin1");
      if (name === ".git" && next === top) continue;
      const path = `${next}/${name}`;
      if (entry.isDirectory()) waiting.push(path);
      else if (!entry.isFile() && !entry.isSymbolicLink()) insist(next, () => unlinkSync(bytesOf(path)));
      // Some file systems make no difference between cases.
      if (/^\.git$/i.test(name)) repositories.push(path);
      else if (/^\.git(ignore|attributes)$/i.test(name) && entry.isFile()) refuseLong(path, name);
    }
  }
  for (const path of repositories) refuseTraps(path, path.slice(top.length + 1));
}

function refuseLong(path: string, name: string): void {
  if (lstatSync(bytesOf(path)).size > PATTERNS_MAX_BYTES)
    throw new HostileCloneError(`The session left a ${name} of more than ${sizeText(PATTERNS_MAX_BYTES)}.`);
}

function list(directory: string): Dirent<Buffer>[] {
  try {
    return insist(directory, () => readdirSync(bytesOf(directory), { withFileTypes: true, encoding: "buffer" }));
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "ENOENT") return [];
    if (code === "ENAMETOOLONG")
      throw new HostileCloneError("The session left directories in its clone that are too deep to be looked at.");
    throw thrown;
  }
}

/** Whose directory it is may open it again. */
function insist<Result>(directory: string, work: () => Result): Result {
  try {
    return work();
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== "EACCES") throw thrown;
    chmodSync(bytesOf(directory), 0o700);
    return work();
  }
}
