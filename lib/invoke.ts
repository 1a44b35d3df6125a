import { createHash } from "node:crypto";
import type { Caller } from "@/lib/actor.ts";
import { authorize } from "@/lib/authorize.ts";
import { conceal } from "@/lib/conceal.ts";
import { contract } from "@/lib/contract.ts";
import { db, inSnapshot, type Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import type { Prisma } from "@/lib/generated/prisma/client.ts";
import { inJournaledTransaction } from "@/lib/journal.ts";
import type { OperationMeta } from "@/lib/operation.ts";
import { type Context, handlers } from "@/lib/operations.ts";
import { refuseUnstorable } from "@/lib/storable.ts";

/** How an operation was called, beside its input. */
export interface Call {
  caller: Caller;
  ifMatch?: number;
  idempotencyKey?: string;
}

interface Entry {
  "~orpc": { meta: OperationMeta; route: { successStatus?: number } };
}

type AnyRun = (tx: Tx, input: unknown, context: Context) => Promise<unknown>;
type AnyHandler = AnyRun | { prepare: (input: unknown) => Promise<unknown>; run: AnyRun };

/**
 * The one way into the house: authorize → (ask the world) → transaction → verb → journal. `input` has been parsed by the
 * catalogue's schema. Reads run without a transaction, or see one moment where they say so.
 */
export async function invoke(noun: string, verb: string, given: unknown, call: Call): Promise<unknown> {
  const { meta } = find<Entry>(contract, noun, verb)["~orpc"];
  refuseUnstorable(given);
  const input = await authorize(db(), call.caller, meta.policy, given);
  const answer = await carryOut(noun, verb, input, call);
  return call.caller.sandboxId === undefined ? answer : conceal(answer);
}

async function carryOut(noun: string, verb: string, input: unknown, call: Call): Promise<unknown> {
  const { meta, route } = find<Entry>(contract, noun, verb)["~orpc"];
  const handler = find<AnyHandler>(handlers, noun, verb);
  const context: Context = {
    actor: call.caller.actor,
    ...(call.ifMatch === undefined ? {} : { ifMatch: call.ifMatch }),
  };
  const run = typeof handler === "function" ? handler : handler.run;
  if (meta.effect === "read")
    return meta.isSnapshot ? inSnapshot((tx) => run(tx, input, context)) : run(db(), input, context);

  const operation = `${noun}.${verb}`;
  const key = route.successStatus === 201 ? call.idempotencyKey : undefined;
  if (key !== undefined) {
    const answered = await findAnswer(db(), { operation, key, input, actorId: context.actor.id });
    if (answered !== null) return answered;
  }
  if (typeof handler !== "function") context.prepared = await handler.prepare(input);
  return inJournaledTransaction(async (tx) => {
    if (key === undefined) return run(tx, input, context);
    return once(tx, { operation, key, input, actorId: context.actor.id }, () => run(tx, input, context));
  });
}

function find<Found>(tree: object, noun: string, verb: string): Found {
  const found = (tree as Record<string, Record<string, Found>>)[noun]?.[verb];
  if (found === undefined) throw new DomainError("NOT_FOUND", `There is no operation ${noun}.${verb}.`);
  return found;
}

interface Request {
  operation: string;
  key: string;
  actorId: string;
  input: unknown;
}

/** A create with an Idempotency-Key happens once; the same call again gets the same answer. */
async function once(tx: Tx, request: Request, work: () => Promise<unknown>): Promise<unknown> {
  const { operation, key, actorId } = request;
  const inserted = await tx.$executeRaw`INSERT INTO "IdempotencyKey" ("actorId", operation, key, "requestHash")
    VALUES (${actorId}, ${operation}, ${key}, ${hashOf(request.input)}) ON CONFLICT DO NOTHING`;
  if (inserted === 0) return findAnswer(tx, request);
  const response = await work();
  await tx.idempotencyKey.update({
    where: { actorId_operation_key: { actorId, operation, key } },
    data: { response: response as Prisma.InputJsonValue },
  });
  return response;
}

async function findAnswer(tx: Tx, { operation, key, actorId, input }: Request): Promise<unknown> {
  const row = await tx.idempotencyKey.findUnique({ where: { actorId_operation_key: { actorId, operation, key } } });
  if (row === null) return null;
  if (row.requestHash === hashOf(input)) return row.response;
  throw new DomainError("IDEMPOTENCY_KEY_REUSED", "This Idempotency-Key was used for another request. Use a new key.", {
    key,
  });
}

const hashOf = (input: unknown): string => createHash("sha256").update(JSON.stringify(input)).digest("hex");
