import { DomainError, notFound } from "@/lib/errors.ts";
import { catalogue } from "./catalogue.ts";
import type { Client } from "./request.ts";

const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const taskKey = /^([A-Za-z][A-Za-z0-9]*-\d{1,9})(?:\/(\d{1,6}))?$/;
const prefix = /^[0-9a-f][0-9a-f-]{3,}$/i;

interface Found {
  id: string;
  attempt: number;
  taskKey: string;
}

/**
 * A session's id for what people type: the id, DEMO-12/2 (its second attempt), DEMO-12 (its newest session), or the beginning of an
 * id of one of the newest 200. Throws NOT_FOUND, and VALIDATION_FAILED when several begin so.
 */
export async function findSession(client: Client, ref: string): Promise<string> {
  if (uuid.test(ref)) return ref;
  const [, key, attempt] = taskKey.exec(ref) ?? [];
  if (key !== undefined) return ofTask(client, key, attempt === undefined ? null : Number(attempt));
  if (!prefix.test(ref)) throw notFound("session", ref);
  const found = (await list(client, {})).filter(({ id }) => id.startsWith(ref.toLowerCase()));
  if (found.length === 0) throw notFound("session", ref);
  if (found.length === 1) return found[0]!.id;
  throw new DomainError("VALIDATION_FAILED", `Several sessions begin with ${ref}: ${found.map(nameOf).join(", ")}.`);
}

async function ofTask(client: Client, key: string, attempt: number | null): Promise<string> {
  const sessions = await list(client, { taskId: key });
  const found = attempt === null ? sessions[0] : sessions.find((session) => session.attempt === attempt);
  if (found !== undefined) return found.id;
  throw new DomainError(
    "NOT_FOUND",
    attempt === null
      ? `${key.toUpperCase()} has had no session yet.`
      : `${key.toUpperCase()} has no attempt ${attempt}.`,
    { what: "session", id: key },
  );
}

async function list(client: Client, query: object): Promise<Found[]> {
  const operation = catalogue.find(({ name }) => name === "session.list")!;
  return (await client.call<{ items: Found[] }>(operation, { limit: 200, ...query })).items;
}

const nameOf = ({ id, taskKey: key, attempt }: Found): string => `${id} (${key}/${attempt})`;
