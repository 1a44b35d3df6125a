import { contract } from "@/lib/contract.ts";
import { db, switchDatabase } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import { invoke } from "@/lib/invoke.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import { createProject } from "@/lib/project/project.ts";
import { step } from "@/lib/session/settle.ts";
import { addDependency } from "@/lib/task/dependencies.ts";
import { cancel } from "@/lib/task/moves.ts";
import { giveUpLost } from "@/server/orchestrator/recovery/give-up.ts";
import { takeOverFromTheDead } from "@/server/orchestrator/recovery/take-over.ts";
import { judge } from "@/server/orchestrator/session/verdict.ts";
import { renewLease, signOff } from "@/server/orchestrator/worker.ts";

/** Everything of the product that the model drives, in one piece, so that a copy with a mistake in it can take its place. */
export const product = {
  contract,
  db,
  switchDatabase,
  DomainError,
  invoke,
  inJournaledTransaction,
  createProject,
  addDependency,
  cancel,
  step,
  judge,
  renewLease,
  signOff,
  takeOverFromTheDead,
  giveUpLost,
};
export type Product = typeof product;
