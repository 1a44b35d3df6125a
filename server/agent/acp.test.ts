import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { acp } from "./acp.ts";
import { openStage, type Stage, type TalkGiven } from "./testing/talk-with.ts";

const standIn = fileURLToPath(new URL("testing/acp-stand-in.mjs", import.meta.url));

let stage: Stage;
beforeEach(() => {
  stage = openStage();
});
afterEach(() => stage.close());

const talk = (prompt: string, { cannot = [], ...given }: Partial<TalkGiven> & { cannot?: string[] } = {}) =>
  stage.talk(acp, { program: [process.execPath, standIn], args: cannot, prompt, ...given });

const contentOf = (name: string) => readFileSync(join(stage.root, "work", name), "utf8");
const answer = (askedAs: string, decision: "allow" | "deny") =>
  ({ kind: "answer", askedAs, decision, message: null, by: "person" }) as const;

describe("an agent that speaks ACP", () => {
  test("edits a file and is done with its last words, its tokens and its cost", async () => {
    const { ended, events, of } = talk("do: write hello.txt hi there\ndo: say It is there.");

    expect(await ended).toEqual({ reason: "DONE", message: "It is there.", result: "It is there.", turns: 1 });
    expect(contentOf("hello.txt")).toBe("hi there");
    expect(events.map(({ kind }) => kind)).toEqual([
      ...["started", "prompted", "toolStarted", "toolEnded", "spent", "text", "spent"],
    ]);
    expect(of("started")[0]).toMatchObject({ agent: "acp", version: "1.2.3", model: "small" });
    expect(of("started")[0]!.conversationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(of("toolStarted")[0]).toMatchObject({
      tool: "Write",
      title: "Write hello.txt",
      input: expect.stringContaining("hi there"),
    });
    expect(of("toolEnded")[0]).toMatchObject({
      isError: false,
      changes: [{ path: "hello.txt", before: null, after: "hi there" }],
    });
    expect(of("spent").at(-1)).toMatchObject({
      inputTokens: 2_000,
      outputTokens: 100,
      cacheReadTokens: 400,
      costUsd: 0.25,
    });
    expect(of("spent").at(-1)!.cacheWriteTokens).toBeNull();
  });

  test("is offered neither our files nor our terminals, and hears so when it asks", async () => {
    for (const method of ["fs/write_text_file", "fs/read_text_file", "terminal/create"]) {
      const { ended } = talk(`do: ask ${method}`);
      expect(await ended).toMatchObject({ reason: "DONE", result: `Runboard does not offer ${method}.` });
    }
  });

  test("tells its thoughts, its plan, and what a command said and that it failed", async () => {
    const { ended, of } = talk("do: run echo spoken; exit 3\ndo: think It may rain.\ndo: plan look, leap");

    expect(await ended).toMatchObject({ reason: "DONE" });
    expect(of("toolStarted")).toMatchObject([{ tool: "shell", title: "echo spoken; exit 3" }]);
    expect(of("toolEnded")).toMatchObject([{ isError: true, output: "spoken\n", changes: [] }]);
    expect(of("text").map(({ role, text }) => [role, text])).toEqual([
      ["thinking", "It may rain."],
      ["assistant", "Done."],
    ]);
    expect(of("notice").map(({ text }) => text)).toEqual(["Its plan:\n○ look\n○ leap"]);
  });

  test("is told what waits for it when its turn has ended, with a receipt, and goes on", async () => {
    const { ended, tell, of, saw } = talk("do: run until [ -e go ]; do sleep 0.05; done");
    await saw("toolStarted");
    tell({ kind: "prompt", promptId: "p1", text: "do: write second.txt yes\ndo: say Both done." });
    tell({ kind: "prompt", promptId: "p2", text: "do: say All three done." });
    expect(of("prompted").map(({ promptId }) => promptId)).toEqual([null]);
    writeFileSync(join(stage.root, "work", "go"), "");

    expect(await ended).toMatchObject({ reason: "DONE", result: "All three done.", turns: 3 });
    expect(of("prompted").map(({ promptId }) => promptId)).toEqual([null, "p1", "p2"]);
    expect(contentOf("second.txt")).toBe("yes");
    expect(of("spent").at(-1)).toMatchObject({ inputTokens: 5_000, outputTokens: 250, costUsd: 0.75 });
  });

  test("that has failed refuses what waits for it", async () => {
    const { ended, tell, of, saw } = talk(
      "do: run until [ -e go ]; do sleep 0.05; done\ndo: break -32603 Out of luck.",
    );
    await saw("toolStarted");
    tell({ kind: "prompt", promptId: "p1", text: "do: say Never." });
    writeFileSync(join(stage.root, "work", "go"), "");

    expect(await ended).toMatchObject({ reason: "AGENT_ERROR", message: "Out of luck.", result: null });
    expect(of("promptRefused")).toMatchObject([{ promptId: "p1" }]);
  });
});

describe("what it may", () => {
  test("is answered by a person where the project says ask", async () => {
    const { ended, tell, of, saw } = talk("do: write a.txt asked", { permissions: "ask" });
    const asked = await saw("asked");
    expect(asked).toMatchObject({ tool: "Write", input: expect.stringContaining("asked") });
    expect(of("toolEnded")).toEqual([]);
    tell(answer("another question", "deny"));
    tell(answer(asked.askedAs, "allow"));

    expect(await ended).toMatchObject({ reason: "DONE" });
    expect(of("answered")).toMatchObject([{ askedAs: asked.askedAs, decision: "allow", by: "person" }]);
    expect(contentOf("a.txt")).toBe("asked");
  });

  test("a person's refusal is heard, and what was refused is not done", async () => {
    const { ended, tell, of, saw } = talk("do: write a.txt asked\ndo: say I could not.", { permissions: "ask" });
    tell(answer((await saw("asked")).askedAs, "deny"));

    expect(await ended).toMatchObject({
      ...{ reason: "PERMISSION_DENIED", message: "It was not permitted: Write a.txt", result: "I could not." },
    });
    expect(of("toolEnded")).toMatchObject([{ isError: true, output: "It was not permitted." }]);
    expect(() => contentOf("a.txt")).toThrow("ENOENT");
  });

  test("nothing that it asks for is granted, and nobody is asked, where the project says deny", async () => {
    const { ended, of } = talk("do: write a.txt no", { permissions: "deny" });

    expect(await ended).toMatchObject({ reason: "PERMISSION_DENIED" });
    expect(of("asked")).toEqual([]);
    expect(of("notice").map(({ text }) => text)).toEqual(["Refused by the project's settings: Write a.txt"]);
    expect(() => contentOf("a.txt")).toThrow("ENOENT");
  });

  test("everything, once each time, where the project says allow and the agent has no mode for it", async () => {
    const { ended, of } = talk("do: write a.txt yes", { permissions: "allow", cannot: ["--no-modes"] });

    expect(await ended).toMatchObject({ reason: "DONE" });
    expect(of("asked")).toEqual([]);
    expect(contentOf("a.txt")).toBe("yes");
  });
});

describe("a conversation", () => {
  test("goes on in a later session, which tells and counts only what is its own", async () => {
    const first = talk("remember: the tulip\ndo: say Noted.");
    await first.ended;
    const { conversationId } = first.of("started")[0]!;
    const second = talk("do: recall", { conversationId });

    expect(await second.ended).toMatchObject({ reason: "DONE", result: "the tulip" });
    expect(second.of("started")[0]!.conversationId).toBe(conversationId);
    expect(second.of("text").map(({ text }) => text)).toEqual(["the tulip"]);
    expect(second.of("spent").at(-1)!.costUsd).toBe(0.25);
  });

  test("of which nothing is left is an error, and never begun anew behind one's back", async () => {
    const { ended, of } = talk("do: recall", { conversationId: "11111111-1111-4111-8111-111111111111" });

    expect(await ended).toMatchObject({
      reason: "AGENT_ERROR",
      message: "It cannot go on with the conversation: There is no such thing.",
    });
    expect(of("started")).toEqual([]);
  });

  test("has no name where the agent cannot go on with one", async () => {
    const { ended, of } = talk("", { cannot: ["--no-load"] });
    await ended;
    expect(of("started")[0]!.conversationId).toBeNull();
  });
});

describe("a model", () => {
  test("is set where it is asked for", async () => {
    const { ended, of } = talk("", { model: "large" });
    expect(await ended).toMatchObject({ reason: "DONE" });
    expect(of("started")[0]!.model).toBe("large");
  });

  test("that the agent does not know, or cannot be told, is an error and nothing else in its place", async () => {
    const unknown = talk("", { model: "huge" });
    expect(await unknown.ended).toMatchObject({
      reason: "AGENT_ERROR",
      message: "It does not take the model huge: Nobody knows it.",
    });
    const deaf = talk("", { model: "large", cannot: ["--no-models"] });
    expect(await deaf.ended).toMatchObject({
      reason: "AGENT_ERROR",
      message: expect.stringContaining("no choice of models"),
    });
    expect([...unknown.of("prompted"), ...deaf.of("prompted")]).toEqual([]);
  });
});

describe("MCP servers", () => {
  const mcpServers = {
    files: { command: "files-server", args: ["--here"], env: { KEY: "value" } },
    web: { url: "http://127.0.0.1:9/mcp", headers: { authorization: "Bearer it" } },
  };

  test("are given to it in the protocol's words", async () => {
    const { ended, of } = talk("do: call servers", { mcpServers });
    expect(JSON.parse((await ended).result ?? "")).toEqual([
      { name: "files", command: "files-server", args: ["--here"], env: [{ name: "KEY", value: "value" }] },
      {
        name: "web",
        type: "http",
        url: "http://127.0.0.1:9/mcp",
        headers: [{ name: "authorization", value: "Bearer it" }],
      },
    ]);
    expect(of("started")[0]!.mcpServers).toEqual([
      { name: "files", status: "given" },
      { name: "web", status: "given" },
    ]);
  });

  test("over HTTP, to an agent that takes none, are an error and not a silent loss", async () => {
    const { ended, of } = talk("", { mcpServers, cannot: ["--no-http"] });
    expect(await ended).toMatchObject({
      reason: "MCP_SERVER",
      message: "It takes no MCP server over HTTP, and web is one.",
    });
    expect(of("prompted")).toEqual([]);
  });
});

describe("its end", () => {
  const ends: [string, string, object][] = [
    ["max_turn_requests", "do: stop max_turn_requests", { reason: "MAX_TURNS" }],
    ["max_tokens", "do: stop max_tokens", { reason: "AGENT_ERROR" }],
    ["refusal", "do: stop refusal", { reason: "AGENT_ERROR", message: "It refused to go on." }],
    ["cancelled", "do: stop cancelled", { reason: "AGENT_ERROR" }],
    [
      "a word of a later protocol",
      "do: stop whatever",
      { reason: "AGENT_ERROR", message: "It stopped and said: whatever." },
    ],
    ["a rate limit", "do: fail 429", { reason: "RATE_LIMITED", message: expect.stringContaining("429") }],
    ["an overloaded model", "do: fail 529", { reason: "RATE_LIMITED" }],
    ["a wrong key", "do: fail 401", { reason: "AUTHENTICATION" }],
    [
      "another failure of the model",
      "do: fail 500",
      { reason: "AGENT_ERROR", message: expect.stringContaining("500") },
    ],
    [
      "a limit that says how long",
      "do: break -32603 Rate limit, try again in 30s",
      { reason: "RATE_LIMITED", retryAfterSeconds: 30 },
    ],
    [
      "a failure that it tells as if it were an answer",
      "do: pretend Too high demand.",
      { reason: "RATE_LIMITED", message: "Too high demand." },
    ],
    ["a missing login", "do: break -32000 Authentication required", { reason: "AUTHENTICATION" }],
    [
      "a crash",
      "do: crash",
      { reason: "AGENT_CRASHED", message: "The agent ended with exit code 3 in the middle of its work." },
    ],
  ];
  test.each(ends)("by %s is told as what it is", async (_, prompt, expected) => {
    expect(await talk(prompt).ended).toMatchObject(expected);
  });

  test("is for more money than it may spend, and it is stopped", async () => {
    const { ended, tell, saw } = talk("do: say One.", { budgetUsd: 0.3, permissions: "ask" });
    await saw("prompted");
    tell({ kind: "prompt", promptId: "p1", text: "do: say Two." });
    tell({ kind: "prompt", promptId: "p2", text: "do: say Three." });
    expect(await ended).toMatchObject({ reason: "OVER_BUDGET", message: expect.stringContaining("$0.3"), turns: 2 });
  });

  test("is no matter of a key where it takes one: the session's token is in its place", async () => {
    expect(await talk("", { cannot: ["--needs-key"] }).ended).toMatchObject({ reason: "DONE" });
  });

  test("comes at once where only a person could log in", async () => {
    const { ended, of } = talk("", { cannot: ["--needs-key", "--no-key"] });
    expect(await ended).toMatchObject({ reason: "AUTHENTICATION", message: "Authentication required" });
    expect(of("prompted")).toEqual([]);
  });

  test("comes before its beginning where it speaks another version, or is another program", async () => {
    const later = talk("", { cannot: ["--version-9"] });
    expect(await later.ended).toMatchObject({ reason: "AGENT_ERROR", message: expect.stringContaining("version 9") });
    const other = talk("", { program: ["/bin/sh", "-c", "echo This is no agent.; echo Not at all. >&2; exit 4"] });
    expect(await other.ended).toMatchObject({
      reason: "AGENT_CRASHED",
      message: expect.stringContaining("exit code 4"),
    });
    expect(
      other
        .of("notice")
        .map(({ text }) => text)
        .sort(),
    ).toEqual(["Not at all.", "This is no agent."]);
  });
});
