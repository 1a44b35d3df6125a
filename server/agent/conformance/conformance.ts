import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { TaskType } from "@/lib/task/schema.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { agentPaths } from "../agent-paths.ts";
import { createStage, type Driven, sessionToken } from "../testing/drive.ts";
import { type ModelEndpoint, startModelEndpoint } from "../testing/model-endpoint.ts";

interface Given {
  agent: TaskType;
  /** The program; null: it is not on this machine, and the suite is skipped. */
  program: readonly string[] | null;
  /**
   * What of its dialect cannot be made to happen is left out by name. `steering`: a prompt waits for the end of the turn. `words`: a
   * refusal reaches it without its reason. `laterCost`: what a conversation that goes on costs is not known.
   */
  lacks?: readonly ("caps" | "key" | "steering" | "words" | "laterCost")[];
}

const key = "the-real-key-of-the-operator";
const timeout = 120_000;

/**
 * What every agent has to do under its driver, told by prompts of fake/words.mjs: to the model's endpoint where the program is real, to
 * the program where it is the fake.
 */
export function describeAgent(name: string, { agent, program, lacks = [] }: Given): void {
  describe.skipIf(program === null)(name, { timeout }, () => {
    let stage: ReturnType<typeof createStage>;
    let model: ModelEndpoint;
    beforeAll(async () => {
      stage = createStage();
      model = await startModelEndpoint({ key });
    });
    afterAll(async () => {
      await stage.end();
      await model.close();
    });

    const drive = (lines: readonly string[], more: Partial<Parameters<typeof stage.drive>[0]> = {}) => {
      const { plan, ...rest } = more;
      const environment = { RUNBOARD_GATE_API_KEY: key };
      const whole = { agent, prompt: `A task.\n\n${lines.join("\n")}\n`, ...plan };
      return stage.drive({ program: program!, upstream: model.url, environment, ...rest, plan: whole });
    };
    const inWork = ({ directory }: Driven, file: string) => join(sessionPaths(directory).work, file);
    const kinds = (driven: Driven) => driven.events().map(({ kind }) => kind);

    test("does what it is told and is done, with its last words, what it changed, tokens and cost", async () => {
      const driven = await drive(["do: write src/a.txt hello", "do: say All is well."]);
      const { exitCode, outcome, events } = await driven.ended();
      expect(readFileSync(inWork(driven, "src/a.txt"), "utf8")).toBe("hello");
      expect(outcome.end).toMatchObject({ reason: "DONE", result: "All is well." });
      expect(exitCode).toBe(0);
      expect(outcome.spent).toMatchObject({ inputTokens: 2_000, outputTokens: 100, cacheReadTokens: 400 });
      expect(outcome.spent?.costUsd).toBeGreaterThan(0);
      expect(outcome.version).toMatch(/^\d+\.\d+\.\d+/);
      expect(outcome.model).not.toBeNull();
      expect(events.find(({ kind }) => kind === "started")).toMatchObject({
        agent,
        conversationId: outcome.conversationId,
      });
      expect(events.find(({ kind }) => kind === "prompted")).toMatchObject({ promptId: null });
      expect(events.find(({ kind }) => kind === "toolStarted")).toMatchObject({ title: "Write src/a.txt" });
      const changes = [{ path: "src/a.txt", before: null, after: "hello" }];
      expect(events.find(({ kind }) => kind === "toolEnded")).toMatchObject({ isError: false, changes });
      expect(events.at(-1)).toMatchObject({ kind: "ended", reason: "DONE" });
    });

    test("what it may not do it does not do, and that is no success", async () => {
      const driven = await drive(["do: write a.txt hello", "do: say Done all the same."], {
        plan: { agent, prompt: "do: write a.txt hello\ndo: say Done all the same.", permissions: "deny" },
      });
      const { exitCode, outcome } = await driven.ended();
      expect(outcome.end).toMatchObject({ reason: "PERMISSION_DENIED" });
      expect(outcome.end.message).toContain("Write");
      expect([exitCode, existsSync(inWork(driven, "a.txt"))]).toEqual([1, false]);
    });

    test("asks, waits, and goes by the answer", async () => {
      const prompt = "do: write yes.txt 1\ndo: write no.txt 2";
      const driven = await drive([], { plan: { agent, prompt, permissions: "ask" } });
      const first = await driven.seen("asked");
      expect([first.tool, existsSync(inWork(driven, "yes.txt"))]).toEqual(["Write", false]);
      expect(JSON.parse(first.input)).toMatchObject({ content: "1" });
      driven.tell({ kind: "answer", askedAs: first.askedAs, decision: "allow", message: null, by: "person" });
      const second = await driven.seen("asked", ({ askedAs }) => askedAs !== first.askedAs);
      const { askedAs } = second;
      driven.tell({ kind: "answer", askedAs, decision: "deny", message: "Not this one.", by: "policy" });
      const { outcome, events } = await driven.ended();
      expect(readFileSync(inWork(driven, "yes.txt"), "utf8")).toBe("1");
      expect(existsSync(inWork(driven, "no.txt"))).toBe(false);
      expect(events.filter(({ kind }) => kind === "answered")).toMatchObject([
        { askedAs: first.askedAs, decision: "allow", by: "person" },
        { askedAs, decision: "deny", by: "policy" },
      ]);
      const words = lacks.includes("words") ? "" : "Not this one.";
      expect(events.find((event) => event.kind === "toolEnded" && event.isError)).toMatchObject({
        output: expect.stringContaining(words),
      });
      expect(outcome.end.reason).toBe("PERMISSION_DENIED");
    });

    test.skipIf(!lacks.includes("steering"))("a prompt that comes in while a tool runs is the next turn", async () => {
      const driven = await drive(["do: run until [ -e go ]; do sleep 0.05; done", "do: write first.txt 1"]);
      await driven.seen("toolStarted");
      driven.tell({ kind: "prompt", promptId: "p1", text: "do: write second.txt 2\ndo: say As you like." });
      await driven.seen("notice", ({ text }) => text.startsWith("The prompt waits"));
      expect(driven.events().some((event) => event.kind === "prompted" && event.promptId === "p1")).toBe(false);
      touch(inWork(driven, "go"));
      const { outcome, events } = await driven.ended();
      expect(outcome.end).toMatchObject({ reason: "DONE", result: "As you like." });
      expect(events.filter((event) => event.kind === "prompted" && event.promptId === "p1")).toHaveLength(1);
      expect([existsSync(inWork(driven, "first.txt")), existsSync(inWork(driven, "second.txt"))]).toEqual([true, true]);
    });

    test.skipIf(lacks.includes("steering"))(
      "a prompt that comes in while a tool runs changes what it does, and has its receipt",
      async () => {
        const driven = await drive(["do: run until [ -e go ]; do sleep 0.05; done", "do: write wrong.txt 1"]);
        await driven.seen("toolStarted");
        driven.tell({ kind: "prompt", promptId: "p1", text: "do: write right.txt 2\ndo: say As you like." });
        await driven.seen("notice", ({ text }) => text.startsWith("The prompt has reached the agent"));
        expect(driven.events().some((event) => event.kind === "prompted" && event.promptId === "p1")).toBe(false);
        touch(inWork(driven, "go"));
        const { outcome, events } = await driven.ended();
        expect(outcome.end).toMatchObject({ reason: "DONE", result: "As you like." });
        expect(events.filter((event) => event.kind === "prompted" && event.promptId === "p1")).toHaveLength(1);
        expect([existsSync(inWork(driven, "right.txt")), existsSync(inWork(driven, "wrong.txt"))]).toEqual([
          true,
          false,
        ]);
      },
    );

    test("goes on with its conversation in another clone, and counts only what is new", async () => {
      const first = await drive(["remember: blue", "do: say Noted."]);
      const { outcome } = await first.ended();
      const conversationId = outcome.conversationId!;
      const after = { directory: first.directory, conversationId };
      const second = await drive(["remember: red", "do: recall"], { after });
      const { outcome: later } = await second.ended();
      expect(later.end).toMatchObject({ reason: "DONE", result: "blue, red" });
      expect(later).toMatchObject({ conversationId, spent: { inputTokens: 1_000, outputTokens: 50 } });
      if (lacks.includes("laterCost")) expect(later.spent?.costUsd).toBeNull();
      else expect(later.spent?.costUsd).toBeCloseTo(outcome.spent?.costUsd ?? -1, 6);
      const third = await drive(["do: recall"], { after: { directory: second.directory, conversationId } });
      expect((await third.ended()).outcome.end.result).toBe("blue, red");
    });

    test("a conversation that is not there is an error and not a new one", async () => {
      const plan = { agent, prompt: "do: recall", conversationId: "7d2f2a53-7f5c-4a0b-9f0e-3a0e5b1f9c11" };
      const { outcome } = await (await drive([], { plan })).ended();
      expect(outcome.end).toMatchObject({ reason: "AGENT_ERROR", message: expect.stringContaining("conversation") });
    });

    // A real one tries again for some ten seconds before it gives up: they wait side by side.
    test.concurrent.each([
      [401, "AUTHENTICATION"],
      [403, "AUTHENTICATION"],
      [429, "RATE_LIMITED"],
      [529, "RATE_LIMITED"],
      [500, "AGENT_ERROR"],
    ])("an answer %i of the model's endpoint ends it as %s", async (status, reason) => {
      const { exitCode, outcome } = await (await drive([`do: fail ${status}`])).ended();
      expect(outcome.end).toMatchObject({ reason, message: expect.stringContaining(String(status)), result: null });
      expect(exitCode).toBe(1);
    });

    test.skipIf(lacks.includes("caps"))("caps end it by their names", async () => {
      const prompt = "do: write a 1\ndo: write b 2\ndo: write c 3";
      const poor = await drive([], { plan: { agent, prompt, budgetUsd: 0.001 } });
      expect((await poor.ended()).outcome.end.reason).toBe("OVER_BUDGET");
      if (agent !== "claude-code") return;
      const short = await drive([], { plan: { agent, prompt, flags: ["--max-turns", "1"] } });
      expect((await short.ended()).outcome.end.reason).toBe("MAX_TURNS");
    });

    test("told to end it ends with its program, and leaves an outcome", async () => {
      const driven = await drive(["do: run until [ -e never ]; do sleep 0.1; done"]);
      await driven.seen("toolStarted");
      const agentPid = childOf(driven.pid);
      driven.signal("SIGTERM");
      const { exitCode, outcome } = await driven.ended();
      expect(outcome.end).toMatchObject({ reason: "AGENT_CRASHED", message: expect.stringContaining("told to end") });
      expect([exitCode, existsSync(`/proc/${agentPid}`)]).toEqual([1, false]);
      expect(kinds(driven).at(-1)).toBe("ended");
    });

    test("killed by others it has crashed", async () => {
      const driven = await drive(["do: run until [ -e never ]; do sleep 0.1; done"]);
      await driven.seen("toolStarted");
      process.kill(childOf(driven.pid), "SIGKILL");
      const { outcome } = await driven.ended();
      expect(outcome.end).toMatchObject({ reason: "AGENT_CRASHED", message: expect.stringContaining("SIGKILL") });
    });

    test.skipIf(lacks.includes("key"))("without a key of the operator it ends as AUTHENTICATION", async () => {
      const { outcome } = await (await drive(["do: say Hello."], { environment: {} })).ended();
      expect(outcome.end.reason).toBe("AUTHENTICATION");
    });

    test("has the session's token and never the key", async () => {
      const driven = await drive(["do: run env > env.txt; cat /proc/$PPID/environ >> env.txt", "do: say Done."]);
      await driven.ended();
      const seen = readFileSync(inWork(driven, "env.txt"), "utf8");
      expect(seen).toContain(sessionToken);
      const written = [sessionPaths(driven.directory).output, agentPaths(driven.directory).outcome];
      for (const text of [seen, ...written.map((file) => readFileSync(file, "utf8"))]) expect(text).not.toContain(key);
      if (!lacks.includes("key")) expect(model.requests.at(-1)?.headers["x-api-key"]).toBe(key);
    });
  });
}

const touch = (path: string): void => writeFileSync(path, "");

/** The agent: the driver's one child. */
function childOf(pid: number): number {
  const [child] = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return Number(child);
}
