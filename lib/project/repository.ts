import { setTimeout as sleep } from "node:timers/promises";
import { v7 as uuid } from "uuid";
import { db } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import type { RepositoryCheck, RepositorySource } from "@/lib/project/schema.ts";

/** What the orchestrator answers; `gitDir` stays on the server. */
export interface RepositoryFacts extends RepositoryCheck {
  gitDir: string | null;
}

const answerWithinMs = 15_000;

/**
 * Asks the orchestrator about a repository and waits for the answer: the web process touches no repository itself.
 * Throws NO_WORKER when nobody answers.
 */
export async function askAboutRepository(source: RepositorySource & { baseBranch?: string }): Promise<RepositoryFacts> {
  const { id } = await db().repositoryCheck.create({ data: { id: uuid(), source } });
  await db().$executeRaw`SELECT pg_notify('runboard_work', 'check')`;
  const until = Date.now() + answerWithinMs;
  while (Date.now() < until) {
    const check = await db().repositoryCheck.findUniqueOrThrow({ where: { id } });
    if (check.finishedAt !== null) return check.result as unknown as RepositoryFacts;
    await sleep(20);
  }
  throw new DomainError(
    "NO_WORKER",
    "No orchestrator looked at the repository in time. Check that one is running, then try again.",
  );
}

/** The same, for a caller who needs a usable one. Throws REPOSITORY_UNUSABLE that says what is wrong and the fix. */
export async function requireRepository(source: RepositorySource & { baseBranch?: string }): Promise<RepositoryFacts> {
  const facts = await askAboutRepository(source);
  if (facts.ok) return facts;
  throw new DomainError("REPOSITORY_UNUSABLE", facts.message ?? "The repository cannot be used.", {
    reason: facts.code,
  });
}
