import { createHash } from "node:crypto";
import { db } from "@/lib/db.ts";
import { git } from "../../git.ts";
import type { Spawner } from "../../sandbox/spawner/spawner.ts";

/** Results that are looked at, the newest; what is merged later than that counts as from outside. */
const resultsSeen = 50;

/**
 * The task whose result a document is now: the first that changed it to just this. Null where a person wrote it, or changed what a
 * task wrote. `text` null: it was removed.
 */
export async function taskThatWrote(
  spawner: Spawner,
  { id: projectId, gitDir }: { id: string; gitDir: string },
  { path, text }: { path: string; text: string | null },
): Promise<string | null> {
  const sessions = await db().session.findMany({
    where: { projectId, resultCommit: { not: null }, baseCommit: { not: null } },
    select: { taskId: true, baseCommit: true, resultCommit: true },
    orderBy: { startedAt: "desc" },
    take: resultsSeen,
  });
  if (sessions.length === 0 || /[\n\r]/.test(path)) return null;
  const asked = sessions.flatMap(({ baseCommit, resultCommit }) => [baseCommit!, resultCommit!]);
  const input = asked.map((commit) => `${commit}:${path}\n`).join("");
  const { exitCode, stdout } = await git(spawner, ["cat-file", "--batch-check=%(objectname)"], { gitDir, input });
  if (exitCode !== 0) return null;
  const blobs = stdout.split("\n").map((line) => (/^[0-9a-f]{40,64}$/.test(line) ? line : null));
  const wrote = sessions.map(({ taskId, resultCommit }, index) => {
    const [before, after] = [blobs[2 * index] ?? null, blobs[2 * index + 1] ?? null];
    const wanted = text === null ? null : blobOf(text, resultCommit!.length === 64 ? "sha256" : "sha1");
    return before !== after && after === wanted ? taskId : null;
  });
  return wrote.findLast((taskId) => taskId !== null) ?? null;
}

/** The name git gives to a file's contents. */
function blobOf(text: string, algorithm: "sha1" | "sha256"): string {
  const bytes = Buffer.from(text);
  return createHash(algorithm).update(`blob ${bytes.length}\0`).update(bytes).digest("hex");
}
