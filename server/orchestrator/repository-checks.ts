import { db } from "@/lib/db.ts";
import type { Prisma } from "@/lib/generated/prisma/client.ts";
import { logger } from "@/lib/log.ts";
import type { RepositoryFacts } from "@/lib/project/repository.ts";
import { inspectRepository, type RepositorySource } from "../repository.ts";
import type { Spawner } from "../sandbox/spawner/spawner.ts";

const timeoutMs = 12_000;

const answering = new Set<string>();

/** Answers what the web process asks about repositories. Several orchestrators may answer the same: the first one counts. */
export async function answerRepositoryChecks(spawner: Spawner): Promise<void> {
  const open = await db().repositoryCheck.findMany({
    where: { finishedAt: null },
    orderBy: { createdAt: "asc" },
    take: 20,
  });
  const fresh = open.filter(({ id }) => !answering.has(id));
  await Promise.all(fresh.map(({ id, source }) => answer(spawner, id, source as unknown as Asked)));
}

interface Asked {
  repoPath?: string;
  repoUrl?: string;
  baseBranch?: string;
}

async function answer(spawner: Spawner, id: string, asked: Asked): Promise<void> {
  answering.add(id);
  try {
    await give(id, await inspect(spawner, asked));
  } finally {
    answering.delete(id);
  }
}

async function give(id: string, result: RepositoryFacts): Promise<void> {
  await db().repositoryCheck.updateMany({
    where: { id, finishedAt: null },
    data: { result: result as unknown as Prisma.InputJsonObject, finishedAt: new Date() },
  });
}

async function inspect(spawner: Spawner, { repoPath, repoUrl, baseBranch }: Asked): Promise<RepositoryFacts> {
  const place = repoUrl === undefined ? { repoPath: repoPath ?? "" } : { repoUrl };
  const source: RepositorySource = baseBranch === undefined ? place : { ...place, branch: baseBranch };
  try {
    const found = await inspectRepository(spawner, source, AbortSignal.timeout(timeoutMs));
    if (found.ok) return { ...found, code: null, message: null };
    return unusable(found.code, found.message);
  } catch (thrown) {
    logger.warn({ err: thrown }, "a repository could not be looked at");
    return unusable("UNREACHABLE", "The repository did not answer in time.");
  }
}

const unusable = (code: string, message: string): RepositoryFacts => ({
  ok: false,
  code,
  message,
  gitDir: null,
  defaultBranch: null,
  branches: [],
  headCommit: null,
  isClean: null,
  isWritable: null,
});
