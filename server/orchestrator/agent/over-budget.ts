import { system } from "@/lib/actor.ts";
import { db } from "@/lib/db.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import { holdToBudget, withBudget, withStop } from "@/lib/project/budget.ts";
import type { Ending } from "../session/verdict.ts";
import type { Followed } from "./followed.ts";

export const spentEnding: Ending = {
  kind: "failed",
  reason: "OVER_BUDGET",
  message: "The project's budget of the day is spent, and its settings end what runs then.",
};

/** Holds the projects of agents that have just cost something to their budgets of the day. */
export async function holdBudgets(spenders: readonly Followed[]): Promise<void> {
  if (spenders.length === 0) return;
  for (const id of await withBudget(db(), projectsOf(spenders)))
    await inJournaledTransaction((tx) => holdToBudget(tx, id, system));
}

/** Those that may go on no longer, whoever spent the budget: another orchestrator's sessions too. */
export async function overBudget(all: readonly Followed[]): Promise<Followed[]> {
  if (all.length === 0) return [];
  const stopped = new Set(await withStop(db(), projectsOf(all)));
  return all.filter(({ session }) => stopped.has(session.plan.projectId));
}

const projectsOf = (all: readonly Followed[]): string[] => [
  ...new Set(all.map(({ session }) => session.plan.projectId)),
];
