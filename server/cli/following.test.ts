import { realpathSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { env } from "@/lib/env.ts";
import { call, newTask, provideTestDatabase } from "@/lib/testing/world.ts";
import { createGitTestbed } from "../git-testbed.ts";
import { projectOn, type RunningOrchestrator, startOrchestrator } from "../orchestrator/testing.ts";
import { ownerToken } from "../web/testing.ts";
import { provideCommandLine, type Serving, serve } from "./testing.ts";

provideTestDatabase();
const bed = createGitTestbed("cli-following");
const environment: Record<string, string> = { RUNBOARD_TOKEN: ownerToken };
const cli = provideCommandLine(environment);
let serving: Serving;
let orchestrator: RunningOrchestrator;
beforeAll(async () => {
  Object.assign(env, { RUNBOARD_TOKEN: ownerToken });
  serving = await serve();
  environment.RUNBOARD_URL = serving.url;
  orchestrator = await startOrchestrator();
});
afterAll(async () => {
  await orchestrator.stop();
  await serving.stop();
  bed.remove();
});

async function taskOf(script: string, more: object = {}) {
  const { id, key: projectKey } = await projectOn(bed.repository());
  return {
    projectKey,
    ...(await newTask(id, { spec: { command: "sh", args: ["-c", script] }, maxAttempts: 1, ...more })),
  };
}

describe("--wait", () => {
  it("ends with 0 when the task is COMPLETED, and with --json prints the task as it ended", async () => {
    const { key } = await taskOf("sleep 1");
    const { code, out } = await cli.run(["session", "start", key, "--wait", "--json"]);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ task: { key, status: "COMPLETED", attempts: 1 }, position: null });
  });

  it("ends with 1 when it FAILED, and says why", async () => {
    const { key } = await taskOf("echo broken >&2; exit 3");
    const { code, out, err } = await cli.run(["task", "queue", key, "--wait"]);
    expect(code).toBe(1);
    expect(out).toMatch(new RegExp(`^${key} FAILED `));
    expect(err).toMatch(new RegExp(`${key} FAILED: .+`));
  });

  it("gives up after --timeout with 124, and leaves the task alone", async () => {
    const { key, id } = await taskOf("sleep 60");
    const { code, err } = await cli.run(["task", "queue", key, "--wait", "--timeout", "1s"]);
    expect({ code, err }).toEqual({ code: 124, err: expect.stringContaining("the time to wait is over") });
    expect((await cli.run(["task", "queue", key, "--timeout", "1s"])).code).toBe(2);
    expect(["QUEUED", "RUNNING"]).toContain((await call<{ status: string }>("task", "get", { taskId: id })).status);
    await call("task", "cancel", { taskId: id });
  });

  it("shows in a terminal what goes on, on one line, and leaves the end alone standing", async () => {
    const { key } = await taskOf("sleep 2");
    const { code, shown } = await cli.runInTerminal(["task", "queue", key, "--wait", "--no-color"]);
    expect(code).toBe(0);
    expect(shown).toContain(`\r\u001b[K${key} RUNNING`);
    expect(shown.split("\r\u001b[K").at(-1)).toMatch(new RegExp(`^${key} COMPLETED a task\r\n$`));
  });

  it("outlives the server", async () => {
    const { key } = await taskOf("sleep 3");
    const waiting = cli.run(["task", "queue", key, "--wait", "--json"]);
    await untilRunning(key);
    await away(1_000);
    const { code, out } = await waiting;
    expect({ code, status: JSON.parse(out).status }).toEqual({ code: 0, status: "COMPLETED" });
  });
});

describe("--wait without an end of the task", () => {
  it("gives up in time while the server is away, with the task as it was seen last", async () => {
    const { key, id } = await taskOf("sleep 60");
    const waiting = cli.run(["task", "queue", key, "--wait", "--timeout", "5s"]);
    await untilRunning(key);
    await serving.stop();
    const { code, out, err } = await waiting;
    await serving.start();
    expect({ code, out }).toEqual({ code: 124, out: expect.stringMatching(new RegExp(`^${key} (QUEUED|RUNNING) `)) });
    expect(err).toMatch(/Trying again….* when it was seen last; the time to wait is over/s);
    await call("task", "cancel", { taskId: id });
  });

  it("ends with 1 when somebody takes the task out of the queue", async () => {
    const { id: projectId } = await projectOn(bed.repository(), { maxConcurrentSessions: 1 });
    const spec = { command: "sleep", args: ["60"] };
    const [first, second] = [await newTask(projectId, { spec }), await newTask(projectId, { spec })];
    await call("task", "queue", { taskId: first.id });
    await untilRunning(first.id);
    const waiting = cli.run(["task", "queue", second.key, "--wait", "--timeout", "1m"]);
    await until(second.id, "QUEUED");
    await call("task", "unqueue", { taskId: second.id });
    const { code, err } = await waiting;
    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining("is APPROVED again: it was taken out") });
    await call("task", "cancel", { taskId: first.id });
  });
});

describe("project create", () => {
  it("takes a repository relative to the directory it is called in", async () => {
    const directory = bed.repository();
    const { code, out } = await cli.run(["project", "create", "Here", "--repo-path", ".", "--json"], { directory });
    expect({ code, repoPath: JSON.parse(out).repoPath }).toEqual({ code: 0, repoPath: realpathSync(directory) });
  });
});

describe("session logs --follow", () => {
  const lines = (count: number) => Array.from({ length: count }, (_, at) => `line ${at + 1}\n`).join("");

  it("prints everything once over a restart of the server, says so on stderr, and ends with the session", async () => {
    const { key } = await taskOf('for i in 1 2 3 4 5 6 7 8; do echo "line $i"; sleep 0.5; done');
    await call("task", "queue", { taskId: key });
    await untilRunning(key);
    let wasAway = false;
    const { code, out, err } = await cli.run(["session", "logs", key, "--follow"], {
      onOutput: (said) => {
        if (wasAway || !said.includes("line 2\n")) return;
        wasAway = true;
        void away(1_500);
      },
    });
    expect({ code, out }).toEqual({ code: 0, out: lines(8) });
    expect(err).toContain("Trying again…");
    expect(err).toContain("The server answers again.");
  });

  it("ends with 1 when the session failed; without --follow reading it is no failure", async () => {
    const { key } = await taskOf("echo before; exit 7");
    await cli.run(["task", "queue", key, "--wait"]);
    expect(await cli.run(["session", "logs", key, "-f"])).toMatchObject({ code: 1, out: "before\n" });
    expect(await cli.run(["session", "logs", `${key}/1`])).toEqual({ code: 0, out: "before\n", err: "" });
    const { out } = await cli.run(["session", "logs", key, "--json"]);
    expect(JSON.parse(out)).toMatchObject({
      items: [{ offset: 0, text: "before\n" }],
      nextOffset: 7,
      isComplete: true,
    });
    expect((await cli.run(["session", "logs", `${key}/2`])).code).toBe(4);
  });

  it("gives a pipe the bytes as they are, and a terminal no more than text and colour", async () => {
    const { key } = await taskOf("printf '\\033[31mred\\033[0m\\033]0;owned\\007\\033[2Jend\\n'");
    await cli.run(["task", "queue", key, "--wait"]);
    expect((await cli.run(["session", "logs", key])).out).toBe(
      "\u001b[31mred\u001b[0m\u001b]0;owned\u0007\u001b[2Jend\n",
    );
    const { shown } = await cli.runInTerminal(["session", "logs", key]);
    expect(shown).toBe("\u001b[31mred\u001b[0mend\r\n");
  });
});

describe("event list --follow", () => {
  it("misses nothing and repeats nothing while the server is away, and ends by Ctrl-C with 130", async () => {
    const { key, projectKey } = await taskOf("true");
    let step = 0;
    const { code, out, err } = await cli.run(["event", "list", projectKey, "--after", "0", "--follow", "--json"], {
      onOutput: (said, child) => {
        if (step === 0 && said.includes("TASK_CREATED")) {
          step = 1;
          void away(1_000, () => call("task", "update", { taskId: key, title: "renamed", version: 1 }));
        }
        if (step === 1 && said.includes("TASK_UPDATED")) {
          step = 2;
          child.kill("SIGINT");
        }
      },
    });
    expect({ code, step }).toEqual({ code: 130, step: 2 });
    const seqs = out
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).seq as number);
    expect(seqs).toEqual(seqs.map((_, at) => at + 1));
    expect(err).toContain("Trying again…");
  });
});

it("event list --follow goes on after --cursor, and gives no event twice", async () => {
  const { key, projectKey } = await taskOf("true");
  let step = 0;
  const { out } = await cli.run(["event", "list", projectKey, "--cursor", "1", "--follow", "--json"], {
    onOutput: (said, child) => {
      if (step === 0 && said.includes("TASK_CREATED")) {
        step = 1;
        void call("task", "update", { taskId: key, title: "renamed", version: 1 });
      }
      if (step === 1 && said.includes("TASK_UPDATED")) child.kill("SIGINT");
    },
  });
  const seqs = out
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).seq as number);
  expect(seqs).toEqual(seqs.map((_, at) => at + 2));
});

async function away(ms: number, meanwhile: () => Promise<unknown> = async () => {}): Promise<void> {
  await serving.stop();
  await meanwhile();
  await new Promise((resolve) => setTimeout(resolve, ms));
  await serving.start();
}

const untilRunning = (key: string): Promise<void> => until(key, "RUNNING");

async function until(key: string, status: string): Promise<void> {
  const { eventually } = await import("../sandbox/eventually.ts");
  await eventually(async () => (await call<{ status: string }>("task", "get", { taskId: key })).status === status);
}
