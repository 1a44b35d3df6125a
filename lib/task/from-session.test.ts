import { expect, it } from "vitest";
import type { Task } from "@/lib/task/schema.ts";
import { runningAgent, sessionActor } from "@/lib/testing/agents.ts";
import { call, eventsOf, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

/** A session of a project that approves what sessions add. */
async function stage() {
  const { project, claim } = await runningAgent();
  await call("project", "update", { projectId: project.id, settings: { sessionTasks: "approved" } });
  const caller = { actor: sessionActor(claim), sandboxId: claim.sandboxId };
  const create = (more: object) =>
    call<Task>(
      "task",
      "create",
      { projectId: project.id, title: "t", description: "Words of its own.", ...more },
      { caller },
    );
  return { project, create, caller };
}

const server = { docs: { url: "https://docs.test/mcp" } };
const reaching: [name: string, task: object][] = [
  ["mcpServers", { type: "claude-agent", spec: { prompt: "go", mcpServers: server } }],
  ["additionalFlags", { type: "claude-code", spec: { prompt: "go", additionalFlags: ["--max-turns", "3"] } }],
  ["environment", { type: "cli", spec: { command: "make", environment: { PATH: "tools:/usr/bin" } } }],
];

it.each(reaching)(
  "a task of a session with %s is a draft that says why, also where the project approves what sessions add",
  async (name, task) => {
    const { project, create } = await stage();
    const created = await create({ ...task, status: "APPROVED" });
    expect(created).toMatchObject({ status: "DRAFT", why: { code: "DRAFT" } });
    expect(created.description).toMatch(
      new RegExp(`^Words of its own\\.\n\n---\n\nRunboard: .* its spec has ${name}\\. It stays a draft`),
    );
    const events = (await eventsOf(project.id)).filter(
      ({ type, entityId }) => type === "TASK_CREATED" && entityId === created.id,
    );
    expect(events.map(({ payload }) => (payload as { status: string }).status)).toEqual(["DRAFT"]);
    // A person's approval is all it takes.
    expect(await call("task", "approve", { taskId: created.id })).toMatchObject({ status: "APPROVED" });
  },
);

it("one that has them empty, or has none, is approved as it came", async () => {
  const { create } = await stage();
  const specs = [
    { type: "claude-agent", spec: { prompt: "go", mcpServers: {} } },
    { type: "claude-code", spec: { prompt: "go", additionalFlags: [] } },
    { type: "cli", spec: { command: "make", args: ["test"], environment: {} } },
  ];
  for (const spec of specs)
    expect(await create(spec)).toMatchObject({ status: "APPROVED", description: "Words of its own." });
});

it("of a batch those are drafts that reach further, and no others", async () => {
  const { project, caller } = await stage();
  const plain = { title: "plain", type: "claude-code", spec: { prompt: "go" } };
  const tasks = [plain, ...reaching.map(([title, task]) => ({ title, ...task }))];
  await call("task", "createBatch", { projectId: project.id, tasks }, { caller });
  const { items } = await call<{ items: Task[] }>("task", "list", { projectId: project.id, limit: 50 });
  const made = items
    .filter(({ createdBy }) => createdBy.type === "session")
    .map(({ title, status }) => [title, status]);
  expect(Object.fromEntries(made)).toEqual({
    plain: "APPROVED",
    ...Object.fromEntries(reaching.map(([title]) => [title, "DRAFT"])),
  });
});

it("the reason fits on a card that is full", async () => {
  const { create } = await stage();
  const { description } = await create({ ...reaching[0]![1], description: "x".repeat(65_536) });
  expect(description).toMatch(/^x+\n\n---\n\nRunboard: .* approves it\.$/);
  expect(description).toHaveLength(65_536);
});

it("a person's task with the same is theirs to approve at once", async () => {
  const { project } = await stage();
  for (const [, task] of reaching)
    expect(
      await call("task", "create", { projectId: project.id, title: "t", status: "APPROVED", ...task }),
    ).toMatchObject({
      ...{ status: "APPROVED", description: "" },
    });
});
