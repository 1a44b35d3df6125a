import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { io } from "socket.io-client";
import { expect, test } from "./fixtures.ts";
import { eventually, type Product } from "./product.ts";
import { freshRepository } from "./repository.ts";

interface Task {
  id: string;
  key: string;
  status: string;
  attempts: number;
  lastError: string | null;
  version: number;
}
interface Event {
  seq: number;
  type: string;
  entityId: string;
  payload: Record<string, unknown>;
}

const shell = (line: string) => ({ command: "sh", args: ["-c", line] });

async function newProject(product: Product, name: string): Promise<{ id: string; key: string; repository: string }> {
  const repository = freshRepository();
  const made = await product.api<{ id: string; key: string }>("POST", "/projects", { name, repoPath: repository });
  expect(made.status).toBe(201);
  return { ...made.body, repository };
}

const getTask = async (product: Product, id: string) => (await product.api<Task>("GET", `/tasks/${id}`)).body;
const journal = async (product: Product, projectId: string) =>
  (await product.api<{ items: Event[] }>("GET", `/projects/${projectId}/events?limit=200`)).body.items;

async function ended(product: Product, ids: string[]): Promise<Task[]> {
  return eventually(async () => {
    const tasks = await Promise.all(ids.map((id) => getTask(product, id)));
    return tasks.every(({ status }) => ["COMPLETED", "FAILED", "CANCELLED"].includes(status)) && tasks;
  }, 60_000);
}

test("a graph runs in its order, a failing task is retried with backoff and given up, and the journal tells it all", async ({
  product,
}) => {
  await product.api("PATCH", "/config", { values: { retryBaseMs: 400, retryCapMs: 2000 } });
  const project = await newProject(product, "Order");
  // Its tasks leave a witness outside of their clones.
  await product.api("PATCH", `/projects/${project.id}`, { settings: { sandbox: "process" } });
  const witness = join(project.repository, "..", `witness-${project.key}-${Date.now()}`);
  const write = (name: string) => shell(`echo start ${name} >> ${witness}; sleep 0.2; echo end ${name} >> ${witness}`);
  const socket = io(product.url, { auth: { token: product.token }, transports: ["websocket"] });
  const seen: Event[] = [];
  socket.onAny((_type, event: Event) => seen.push(event));
  await new Promise<void>((resolve) => socket.emit("subscribe", { projectId: project.id, after: 0 }, () => resolve()));

  const batch = await product.api<{ items: { ref: string; id: string }[] }>(
    "POST",
    `/projects/${project.id}/tasks/batch`,
    {
      tasks: [
        { ref: "A", title: "A", status: "APPROVED", spec: write("A") },
        { ref: "B", title: "B", status: "APPROVED", spec: write("B"), dependsOn: ["A"] },
        { ref: "C", title: "C", status: "APPROVED", spec: write("C"), dependsOn: ["A"] },
        { ref: "D", title: "D", status: "APPROVED", spec: write("D"), dependsOn: ["B", "C"] },
        { ref: "E", title: "E", status: "APPROVED", spec: shell(`echo try >> ${witness}.E; exit 3`), maxAttempts: 3 },
      ],
    },
  );
  expect(batch.status).toBe(201);
  const ids = Object.fromEntries(batch.body.items.map(({ ref, id }) => [ref, id])) as Record<
    "A" | "B" | "C" | "D" | "E",
    string
  >;
  await product.api("PATCH", `/projects/${project.id}/autonomous-execution`, { enabled: true });
  const tasks = await ended(product, Object.values(ids));

  const lines = readFileSync(witness, "utf8").trim().split("\n");
  expect(lines.slice(0, 2)).toEqual(["start A", "end A"]);
  expect(lines.slice(2, 6).sort()).toEqual(["end B", "end C", "start B", "start C"]);
  expect(lines.slice(6)).toEqual(["start D", "end D"]);
  expect(readFileSync(`${witness}.E`, "utf8").trim().split("\n")).toHaveLength(3);
  expect(tasks.map(({ status }) => status)).toEqual(["COMPLETED", "COMPLETED", "COMPLETED", "COMPLETED", "FAILED"]);
  expect(tasks[4]).toMatchObject({ attempts: 3, lastError: "Exit code 3" });

  const events = await journal(product, project.id);
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1));
  const unblocked = events.filter(({ type }) => type === "TASKS_UNBLOCKED").map(({ payload }) => payload);
  expect(unblocked).toContainEqual({ completedTaskId: ids.A, unblockedTaskIds: [ids.B, ids.C].sort() });
  expect(unblocked.flatMap(({ unblockedTaskIds }) => unblockedTaskIds).sort()).toEqual([ids.B, ids.C, ids.D].sort());
  const retries = events.filter(({ type, entityId }) => type === "TASK_RETRY_SCHEDULED" && entityId === ids.E);
  expect(retries.map(({ payload }) => payload.attempt)).toEqual([2, 3]);
  expect(events.filter(({ type }) => type === "TASK_COMPLETED")).toHaveLength(4);

  await eventually(async () => seen.length === events.length);
  expect(seen.map(({ seq }) => seq)).toEqual(events.map(({ seq }) => seq));
  socket.close();
});

test("a socket client that drops and comes back with `after` has every event once", async ({ product }) => {
  const project = await newProject(product, "Drops");
  const seen: number[] = [];
  const connect = async () => {
    const socket = io(product.url, { auth: { token: product.token }, transports: ["websocket"], forceNew: true });
    socket.onAny((_type, event: Event) => seen.push(event.seq));
    await new Promise<void>((resolve) =>
      socket.emit("subscribe", { projectId: project.key, after: seen.at(-1) ?? 0 }, () => resolve()),
    );
    return socket;
  };
  let socket = await connect();
  for (let round = 0; round < 6; round++) {
    for (let n = 0; n < 10; n++) await product.api("POST", `/projects/${project.id}/tasks`, { title: `${round} ${n}` });
    socket.disconnect();
    await product.api("POST", `/projects/${project.id}/tasks`, { title: `while away ${round}` });
    socket = await connect();
  }
  await eventually(async () => seen.at(-1) === 67);
  expect(seen).toEqual(Array.from({ length: 67 }, (_, index) => index + 1));
  socket.close();
});

test("turning autonomous mode off holds what the system queued, on lets it go, and doing it twice changes nothing", async ({
  product,
}) => {
  const project = await newProject(product, "Switch");
  await product.api("PATCH", `/projects/${project.id}`, { settings: { maxConcurrentSessions: 1 } });
  const batch = await product.api<{ items: { id: string }[] }>("POST", `/projects/${project.id}/tasks/batch`, {
    tasks: Array.from({ length: 4 }, (_, n) => ({ title: `wait ${n}`, status: "APPROVED", spec: shell("sleep 0.4") })),
  });
  const set = (enabled: boolean) =>
    product.api<{ autonomousExecutionEnabled: boolean; version: number; lastSeq: number }>(
      "PATCH",
      `/projects/${project.id}/autonomous-execution`,
      { enabled },
    );
  await set(true);
  const ids = batch.body.items.map(({ id }) => id);
  await eventually(async () => (await getTask(product, ids[0]!)).status === "RUNNING");
  const off = await set(false);
  expect(off.body.autonomousExecutionEnabled).toBe(false);
  expect((await set(false)).body.version).toBe(off.body.version);
  await ended(product, [ids[0]!]);
  const rest = await Promise.all(ids.slice(1).map((id) => getTask(product, id)));
  expect(rest.map(({ status }) => status)).toEqual(["APPROVED", "APPROVED", "APPROVED"]);
  const switches = (await journal(product, project.id)).filter(({ type }) => type === "AUTONOMOUS_MODE_CHANGED");
  expect(switches.map(({ payload }) => payload.enabled)).toEqual([true, false]);
  await set(true);
  expect((await ended(product, ids)).map(({ status }) => status)).toEqual(Array(4).fill("COMPLETED"));
});

test("a completion counts once: repeated, wrong token, late, for another attempt", async ({ product }) => {
  const project = await newProject(product, "Reports");
  // Its notes lie outside of the clone.
  await product.api("PATCH", `/projects/${project.id}`, { settings: { sandbox: "process" } });
  const notes = join(project.repository, "..", `token-${Date.now()}`);
  const line = `echo "$RUNBOARD_SANDBOX_ID $RUNBOARD_SANDBOX_TOKEN $RUNBOARD_TASK_ID" > ${notes}.$RUNBOARD_ATTEMPT; sleep 30`;
  const started = await product.api<{ task: Task }>("POST", "/tasks/create-and-start", {
    projectId: project.id,
    title: "reports itself",
    spec: shell(line),
  });
  const taskId = started.body.task.id;
  const read = (attempt: number) =>
    eventually(async () => {
      const parts = readFileSync(`${notes}.${attempt}`, { encoding: "utf8", flag: "a+" }).trim().split(" ");
      return parts.length === 3 && { sandboxId: parts[0]!, token: parts[1]! };
    });
  const first = await read(1);
  const report = (sandboxId: string, token: string, body: object) =>
    product.api(
      "POST",
      `/sandboxes/${sandboxId}/task-complete`,
      { taskId, ...body },
      { authorization: `Bearer ${token}` },
    );

  expect((await report(first.sandboxId, "x".repeat(43), { result: { n: 1 } })).status).toBe(401);
  expect((await report(first.sandboxId, product.token, { result: { n: 1 } })).status).toBe(403);
  expect((await getTask(product, taskId)).status).toBe("RUNNING");
  const once = await report(first.sandboxId, first.token, { result: { n: 1 } });
  expect(once).toMatchObject({ status: 200, body: { status: "accepted", newStatus: "COMPLETED", unblockedTasks: [] } });
  expect(await report(first.sandboxId, first.token, { result: { n: 1 } })).toEqual(once);
  expect((await report(first.sandboxId, first.token, { result: { n: 2 } })).status).toBe(409);

  await product.api("POST", `/tasks/${taskId}/reopen`);
  await product.api("POST", `/tasks/${taskId}/queue`, {});
  const second = await read(2);
  expect(await report(first.sandboxId, first.token, { success: false })).toMatchObject({
    status: 409,
    body: { code: "STALE_ATTEMPT" },
  });
  expect((await report(second.sandboxId, first.token, {})).status).toBe(409);
  expect((await getTask(product, taskId)).status).toBe("RUNNING");
  await product.api("POST", `/tasks/${taskId}/cancel`);
});

test("bad input is refused with its reason, and nothing is half done", async ({ product }) => {
  const project = await newProject(product, "Refusals");
  const other = await newProject(product, "Elsewhere");
  const create = (task: object) =>
    product.api<Task & { code: string; details: { issues: { path: string }[]; path: string[] } }>(
      "POST",
      `/projects/${project.id}/tasks`,
      task,
    );
  expect(await create({ title: "x", color: "red" })).toMatchObject({
    status: 422,
    body: { code: "VALIDATION_FAILED" },
  });
  expect(await create({ title: "x".repeat(201) })).toMatchObject({
    status: 422,
    body: { details: { issues: [{ path: "title" }] } },
  });
  expect(await create({ title: "out", spec: { command: "ls", workingDirectory: "../.." } })).toMatchObject({
    status: 422,
  });
  const a = (await create({ title: "a" })).body;
  const b = (await create({ title: "b", dependsOn: [a.key] })).body;
  const cycle = await product.api("PUT", `/tasks/${a.id}/dependencies/${b.id}`);
  expect(cycle).toMatchObject({
    status: 409,
    body: { code: "DEPENDENCY_CYCLE", details: { path: [a.key, b.key, a.key] } },
  });
  const foreign = await product.api<Task>("POST", `/projects/${other.id}/tasks`, { title: "foreign" });
  expect(await create({ title: "c", dependsOn: [foreign.body.id] })).toMatchObject({
    status: 422,
    body: { code: "DEPENDENCY_OTHER_PROJECT" },
  });
  const notRepository = await product.api("POST", "/projects", { name: "No", repoPath: "/usr" });
  expect(notRepository).toMatchObject({ status: 422, body: { code: "REPOSITORY_UNUSABLE" } });
  const tasks = await product.api<{ items: Task[] }>("GET", `/projects/${project.id}/tasks`);
  expect(tasks.body.items.map(({ key }) => key)).toEqual([a.key, b.key]);

  const missing = await product.api<{ task: Task }>("POST", "/tasks/create-and-start", {
    projectId: project.id,
    title: "no such program",
    spec: { command: "no-such-program-anywhere" },
  });
  const [failed] = await ended(product, [missing.body.task.id]);
  expect(failed).toMatchObject({ status: "FAILED", attempts: 1 });
  expect(failed!.lastError).toContain("no-such-program-anywhere");
});

test("a repository that was deleted fails its tasks with words, and the board goes on", async ({ product }) => {
  const project = await newProject(product, "Gone");
  rmSync(project.repository, { recursive: true });
  const started = await product.api<{ task: Task }>("POST", "/tasks/create-and-start", {
    projectId: project.id,
    title: "true",
  });
  const [failed] = await ended(product, [started.body.task.id]);
  expect(failed).toMatchObject({ status: "FAILED", attempts: 1 });
  expect(failed!.lastError).toContain("is not where it was any more");
});

test("two editors cannot overwrite each other", async ({ product }) => {
  const project = await newProject(product, "Editors");
  const task = (await product.api<Task>("POST", `/projects/${project.id}/tasks`, { title: "shared" })).body;
  const first = await product.api<Task>("PATCH", `/tasks/${task.id}`, { title: "mine", version: task.version });
  expect(first.status).toBe(200);
  const second = await product.api(
    "PATCH",
    `/tasks/${task.id}`,
    { title: "yours" },
    { "if-match": `"${task.version}"` },
  );
  expect(second).toMatchObject({
    status: 409,
    body: { code: "VERSION_CONFLICT", details: { current: { title: "mine" } } },
  });
});
