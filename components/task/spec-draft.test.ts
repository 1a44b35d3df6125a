import { describe, expect, it } from "vitest";
import { baseOf, errorsOfIssues, fromDraft, keptSpecOf, toDraft } from "@/components/task/spec-draft.ts";

describe("a command's form", () => {
  const spec = {
    command: "sh",
    args: ["-c", "echo it's"],
    workingDirectory: "packages/web",
    environment: { CI: "1", GREETING: "a = b" },
  };

  it("gives back the spec it was made of", () => {
    expect(fromDraft(toDraft("cli", spec))).toEqual({ spec });
  });

  it("leaves out what is empty", () => {
    expect(fromDraft({ ...toDraft("cli", {}), command: "make" })).toEqual({ spec: { command: "make" } });
  });

  it("names each field that is wrong", () => {
    const draft = { ...toDraft("cli", {}), command: "echo 'x", workingDirectory: "../up", environment: "CI=1\n2X=3" };
    expect(fromDraft(draft)).toEqual({
      errors: {
        command: "A quote is left open.",
        workingDirectory: "A path inside the repository: relative and without '..'.",
        environment: "Not NAME=value: 2X=3",
      },
    });
    expect(fromDraft({ ...draft, command: " " }).errors?.command).toMatch("Say what to run");
  });

  it("refuses the names that are Runboard's own", () => {
    const draft = { ...toDraft("cli", {}), command: "x", environment: "RUNBOARD_TOKEN=1" };
    expect(fromDraft(draft).errors?.environment).toMatch("Runboard itself");
  });
});

describe("an agent's form", () => {
  it("keeps what it was made of", () => {
    const spec = { prompt: "Fix it", mcpServers: { docs: { url: "http://localhost/mcp" } } };
    expect(fromDraft(toDraft("claude-agent", spec))).toEqual({ spec });
  });

  it("asks for a prompt and for JSON that is an object", () => {
    const draft = toDraft("claude-agent", {});
    expect(fromDraft({ ...draft, agent: { ...draft.agent, mcpServers: "[1]" } }).errors).toEqual({
      prompt: "Say what the agent is to do.",
      mcpServers: "Not a JSON object.",
    });
  });

  it("gives back what each type knows, and sends nothing that another type knows", () => {
    const common = { prompt: "Fix it", model: "opus", expectsChanges: true };
    const own = {
      "claude-code": { additionalFlags: ["--max-turns", "3"] },
      "claude-agent": { mcpServers: { docs: { url: "http://localhost/mcp" } } },
      acp: { agent: "gemini" },
      codex: {},
    } as const;
    const everything = { ...own["claude-code"], ...own["claude-agent"], ...own.acp };
    for (const [type, options] of Object.entries(own)) {
      const draft = toDraft(type as keyof typeof own, { ...common, ...everything });
      expect(fromDraft(draft).spec).toEqual({ ...common, ...options });
    }
  });
});

describe("a form that is kept", () => {
  const task = { type: "codex", spec: { prompt: "Fix it", model: "o3" } } as const;

  it("knows what it began on, whatever is typed into it", () => {
    const left = { ...keptSpecOf(task), prompt: "Fix it well" };
    expect(left.base).toBe(baseOf(task));
    expect(fromDraft(left).spec).toEqual({ prompt: "Fix it well", model: "o3" });
  });

  it("is overtaken by another prompt or type, and not by a card that moves", () => {
    const { base } = keptSpecOf(task);
    const moved = { ...task, status: "RUNNING", version: 4 };
    expect(baseOf(moved)).toBe(base);
    expect(baseOf({ ...task, spec: { prompt: "Leave it" } })).not.toBe(base);
    expect(baseOf({ ...task, type: "gemini" })).not.toBe(base);
  });
});

describe("the server's complaints", () => {
  it("stand under the field they are about", () => {
    const issues = [
      { path: "spec.args.2", message: "Too long" },
      { path: "spec.environment", message: "At most 200 variables" },
      { path: "title", message: "Required" },
    ];
    expect(errorsOfIssues({ issues }, "cli")).toEqual({
      command: "Too long.",
      environment: "At most 200 variables.",
    });
    expect(errorsOfIssues({ issues: [{ path: "spec.mcpServers.x", message: "Bad" }] }, "claude-agent")).toEqual({
      mcpServers: "Bad.",
    });
  });
});
