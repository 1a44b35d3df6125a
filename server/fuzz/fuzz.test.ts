import fc from "fast-check";
import { expect, it } from "vitest";
import { operations } from "@/lib/catalogue.ts";
import { db } from "@/lib/db.ts";
import { newSecret } from "@/lib/env.ts";
import type { ErrorBody } from "@/lib/errors.ts";
import type { OperationObject } from "@/lib/http/openapi/describe-operation.ts";
import { openApiDocument } from "@/lib/http/openapi/document.ts";
import { hashToken } from "@/lib/sandbox/sandbox.ts";
import { runningAgent } from "@/lib/testing/agents.ts";
import { call, newProject, newTask, provideTestDatabase } from "@/lib/testing/world.ts";
import { answerApi, answerMcp } from "../web/answer-api.ts";
import { ask, asOwner, type Reply, serveDuringTests } from "../web/testing.ts";
import type { Known } from "./from-schema.ts";
import { type FuzzRequest, requestsOf } from "./requests.ts";

// The whole API from its own document: what fits and what does not, on a real database. FUZZ_SEED repeats a run, FUZZ_REQUESTS how many it asks.

provideTestDatabase();
const served = serveDuringTests({ handleApi: answerApi, handleMcp: answerMcp });
const seed = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));
const count = Number(process.env.FUZZ_REQUESTS ?? 600);
const perWorld = 150;

const document = await openApiDocument();
const described = new Map<string, OperationObject>(
  Object.values(document.paths).flatMap((methods) =>
    Object.values(methods).flatMap((operation) => (operation.operationId ? [[operation.operationId, operation]] : [])),
  ),
);
const outputs = new Map(operations.map(({ name, outputSchema }) => [name, outputSchema]));
const policies = new Map(operations.map(({ name, meta }) => [name, meta.policy]));
const isPublic = (operationId: string) => operationId.startsWith("health.");

/** Who looks at repositories in place of an orchestrator: they are all fine. */
function lookAtRepositories(): () => void {
  const found = { ok: true, code: null, message: null, gitDir: "/nowhere", defaultBranch: "main", branches: ["main"] };
  const result = { ...found, headCommit: null, isClean: true, isWritable: true };
  const look = () =>
    db().repositoryCheck.updateMany({ where: { finishedAt: null }, data: { finishedAt: new Date(), result } });
  const timer = setInterval(() => void look().catch(() => {}), 20);
  return () => clearInterval(timer);
}

interface World {
  known: Known;
  /** With the token of a session that runs in one of its projects. */
  asSession: Record<string, string>;
  /** The project that is not the session's. */
  foreign: string;
}

/** A small world to be named by requests; archived and deleted by them, so there is a new one every so often. */
async function newWorld(): Promise<World> {
  const { project, claim } = await runningAgent();
  const other = await newProject();
  const token = newSecret();
  await db().sandbox.update({ where: { id: claim.sandboxId }, data: { tokenHash: hashToken(token) } });
  const when = { source: "operations", types: ["x"] };
  const rule = await call<{ id: string }>("rule", "create", {
    ...{ projectId: other.id, name: "Rule", when, task: { title: "x", status: "DRAFT" }, limits: { maxPerHour: 1 } },
  });
  const posted = [1, 2].map((id) => ({ id: `${id}`, document: "x", type: "x" }));
  await call("operation", "post", { projectId: other.id, operations: posted });
  const { items } = await call<{ items: { id: string }[] }>("trigger", "list", { projectId: other.id });
  const tasks = await Promise.all([newTask(project.id), newTask(project.id), newTask(other.id)]);
  const taskIds = [claim.taskId, claim.key, ...tasks.flatMap(({ id, key }) => [id, key])];
  const known = {
    projectId: [project.id, project.key, other.id],
    ...{ taskId: taskIds, dependsOnId: taskIds, dependsOn: taskIds, parentId: tasks.map(({ id }) => id) },
    ...{ sessionId: [claim.sessionId], sandboxId: [claim.sandboxId], entityId: [claim.taskId] },
    ...{ ruleId: [rule.id], triggerId: items.map(({ id }) => id) },
  };
  return { known, asSession: { authorization: `Bearer ${token}` }, foreign: other.id };
}

const send = ({ method, path, body, headers }: FuzzRequest, credential: Record<string, string>): Promise<Reply> =>
  ask(served.port, {
    ...{ method, path },
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers, ...credential },
    ...(body === undefined ? {} : { body }),
  });

interface ErrorResponse {
  content: { "application/json": { schema: { allOf: { properties?: { code: { enum: string[] } } }[] } } };
}

/** The codes that the document has for a status; null: it does not have the status. */
function documentedCodes(operationId: string, status: number): string[] | null {
  const response = described.get(operationId)!.responses[String(status)];
  if (response === undefined) return null;
  if (response.$ref === undefined) return [];
  const { responses } = document.components as unknown as { responses: Record<string, ErrorResponse> };
  const [, said] = responses[response.$ref.split("/").at(-1)!]!.content["application/json"].schema.allOf;
  return said!.properties!.code.enum;
}

/** What is wrong with an answer, as a sentence; null: nothing. */
function complaint(request: FuzzRequest, { status, text }: Reply): string | null {
  const codes = documentedCodes(request.operationId, status);
  if (codes === null) return `${status} is not documented: ${text}`;
  if (status < 400 || request.operationId === "mcp" || isPublic(request.operationId)) return wrongOutput(request, text);
  const { code, message, details } = JSON.parse(text) as ErrorBody;
  if (status >= 500) return `${status} ${code}: ${message}`;
  if (!codes.includes(code)) return `${code} is not documented for ${status}`;
  return typeof message === "string" && typeof details === "object" ? null : `no error body: ${text}`;
}

/** What a session got that is not for sessions; null: nothing. */
function trespass(request: FuzzRequest, reply: Reply, foreign: string): string | null {
  const policy = policies.get(request.operationId);
  if (policy === "member" && reply.status < 400) return `a session may call ${request.operationId}`;
  if (reply.status < 400 && reply.text.includes(foreign)) return `a session sees another project: ${reply.text}`;
  return complaint(request, reply);
}

function wrongOutput({ operationId }: FuzzRequest, text: string): string | null {
  const parsed = outputs.get(operationId)?.safeParse(JSON.parse(text));
  return parsed === undefined || parsed.success ? null : `the answer is not of its schema: ${parsed.error.message}`;
}

it(`answers whatever it is asked as its document says, a session nothing of others, and nothing without a credential (seed ${seed})`, {
  timeout: 60_000 + count * 500,
}, async () => {
  const stopLooking = lookAtRepositories();
  const statuses = new Map<number, number>();
  const reached = new Set<string>();
  for (let round = 0; round * perWorld < count; round++) {
    const { known, asSession, foreign } = await newWorld();
    const requests = fc.sample(requestsOf(document, known), { seed: seed + round, numRuns: perWorld });
    for (const request of requests) {
      const heard = await send(request, asSession);
      expect(trespass(request, heard, foreign), `seed ${seed}, round ${round}: ${JSON.stringify(request)}`).toBeNull();
      const reply = await send(request, asOwner);
      expect(
        complaint(request, reply),
        `seed ${seed}, round ${round}: ${JSON.stringify(request).slice(0, 3000)}`,
      ).toBeNull();
      statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1);
      if (reply.status < 400) reached.add(request.operationId);
      const { status } = await send(request, {});
      if (!isPublic(request.operationId)) expect([400, 401], JSON.stringify(request)).toContain(status);
    }
  }
  stopLooking();
  console.log(
    `seed ${seed}: ${JSON.stringify(Object.fromEntries(statuses))}; ${reached.size} of ${described.size} operations succeeded at least once`,
  );
  expect(reached.size).toBeGreaterThan(described.size / 2);
});
