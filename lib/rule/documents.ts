import type { Tx } from "@/lib/db.ts";
import type { Rule as RuleRow } from "@/lib/generated/prisma/client.ts";
import type { Cause } from "@/lib/rule/cause.ts";
import type { DocumentEvent } from "@/lib/rule/event.ts";
import { fire } from "@/lib/rule/fire.ts";
import { matches } from "@/lib/rule/match.ts";
import { whenOf } from "@/lib/rule/rule.ts";
import type { When } from "@/lib/rule/schema.ts";

/** A rule about documents, with what it watches. */
export interface DocumentRule extends Omit<RuleRow, "when"> {
  when: Extract<When, { source: "documents" }>;
}

/** Projects with something to look at: rules about documents, or results to be written into them. */
export const projectsWithDocuments = (tx: Tx) =>
  tx.project.findMany({
    where: {
      archivedAt: null,
      rules: {
        some: { OR: [{ isEnabled: true, when: { path: ["source"], equals: "documents" } }, { writeBack: true }] },
      },
    },
    select: { id: true, repoPath: true, gitDir: true },
  });

export async function documentRules(tx: Tx, projectId: string): Promise<DocumentRule[]> {
  const rows = await tx.rule.findMany({ where: { projectId, isEnabled: true }, orderBy: { id: "asc" } });
  return rows.flatMap((row) => {
    const when = whenOf(row);
    return when.source === "documents" ? [{ ...row, when }] : [];
  });
}

/** By path: the hash of what it was told last. What was being written into it when an orchestrator died may be what is there. */
export async function knownDocuments(tx: Tx, ruleId: string): Promise<Map<string, string>> {
  const rows = await tx.ruleDocument.findMany({ where: { ruleId }, select: { path: true, hash: true } });
  return new Map(rows.map(({ path, hash }) => [path, hash]));
}

/** From now on the rule is told of what happens; so far it knows these, or nothing. The caller holds the project's lock. */
export async function beginToKnow(
  tx: Tx,
  ruleId: string,
  documents: readonly { path: string; hash: string }[],
): Promise<void> {
  await tx.ruleDocument.deleteMany({ where: { ruleId } });
  await tx.ruleDocument.createMany({ data: documents.map((one) => ({ ruleId, ...one })) });
  await tx.rule.updateMany({ where: { id: ruleId }, data: { seenAt: new Date() } });
}

/** Answers whether it is news: neither known, nor what we were writing ourselves. `hash` null: the document is gone. */
export async function takeNote(
  tx: Tx,
  ruleId: string,
  { path, hash }: { path: string; hash: string | null },
): Promise<boolean> {
  const where = { ruleId_path: { ruleId, path } };
  const before = await tx.ruleDocument.findUnique({ where });
  if (hash === null) {
    if (before !== null) await tx.ruleDocument.delete({ where });
    return before !== null;
  }
  if (before?.hash === hash) return false;
  await tx.ruleDocument.upsert({
    where,
    create: { ruleId, path, hash },
    update: { hash, writing: null },
  });
  return before?.writing !== hash;
}

/** The rule as it is now; one that was deleted or turned off meanwhile is told nothing. The caller holds the project's lock. */
export async function tellRule(tx: Tx, ruleId: string, event: DocumentEvent, cause: Cause): Promise<void> {
  const rule = await tx.rule.findUnique({ where: { id: ruleId } });
  if (rule?.isEnabled && matches(whenOf(rule), event)) await fire(tx, { rule, event, cause });
}

/** Why its documents cannot be looked at, or nothing; written where it is something else than before. */
export async function saySeen(
  tx: Tx,
  rules: readonly DocumentRule[],
  { problem }: { problem: string | null },
): Promise<void> {
  const ids = rules.filter((rule) => rule.problem !== problem).map(({ id }) => id);
  if (ids.length > 0) await tx.rule.updateMany({ where: { id: { in: ids } }, data: { problem } });
}
