import { describe, expect, it } from "vitest";
import { changesOf } from "@/components/rule/rule-changes.ts";
import { draftOf, emptyRule, type RuleDraft, readDraft, usualLimits } from "@/components/rule/rule-draft.ts";
import { errorsOfRefusal } from "@/components/rule/rule-errors.ts";
import type { Problem } from "@/lib/client/api.ts";
import { limitsSchema, type Rule, ruleTaskSchema, whenSchema } from "@/lib/rule/schema.ts";

const rule = {
  name: "Specs",
  when: whenSchema.parse({ source: "documents", files: ["docs/**/*.md"], where: { "front.status": "ready" } }),
  task: ruleTaskSchema.parse({
    ...{
      title: "Carry out {{title}}",
      type: "cli",
      spec: { command: "echo", args: ["{{path}}", "a b"] },
      area: "docs",
    },
    ...{ priority: 3, tags: ["spec"], maxAttempts: 1 },
  }),
  limits: limitsSchema.parse({ maxPerHour: 5 }),
  writeBack: true,
  version: 3,
} as Rule;
const draft = draftOf(rule, "cli");
const filled: RuleDraft = { ...emptyRule("cli"), name: "n", files: "docs", title: "t" };
const withCommand = (command: string, more: Partial<RuleDraft> = {}): RuleDraft => ({
  ...filled,
  ...more,
  spec: { ...filled.spec, command },
});

describe("the form of a rule", () => {
  it("begins with the limits that hold where nobody chose", () => {
    expect(usualLimits).toEqual(limitsSchema.parse({}));
  });

  it("shows a rule in words and gives back what it was made of", () => {
    expect(draft).toMatchObject({
      files: "docs/**/*.md",
      where: "front.status = ready",
      tags: "spec",
      maxPerHour: "5",
    });
    expect(draft.spec.command).toBe("echo {{path}} 'a b'");
    const { name, when, task, limits, writeBack } = rule;
    expect(readDraft(draft).rule).toEqual({ name, when, task, limits, writeBack });
    const all = { ...task, assignee: "Ann", dependsOn: ["J-1", "J-2"], timeoutSeconds: 60, description: "d" };
    expect(readDraft(draftOf({ ...rule, task: all }, "cli")).rule?.task).toEqual(all);
  });

  it("takes a placeholder with spaces in it as one word", () => {
    expect(readDraft(withCommand("echo {{ path }} x")).rule?.task.spec).toEqual({
      command: "echo",
      args: ["{{path}}", "x"],
    });
  });

  it("reads operations by their lines", () => {
    const { when } = readDraft(withCommand("true", { source: "operations", documents: "a/*\n\n b ", types: "X" }))
      .rule!;
    expect(when).toEqual({ source: "operations", documents: ["a/*", "b"], types: ["X"], where: {} });
  });

  it("may do without a command for a draft, and only then", () => {
    expect(readDraft({ ...filled, status: "DRAFT" }).rule?.task).not.toHaveProperty("spec");
    expect(readDraft(filled).errors).toEqual({ command: "Say what to run, such as: npm test" });
  });

  it("names each field that is wrong", () => {
    const wrong = { name: " ", title: "", files: "\n", on: [], where: "no condition", maxDepth: "11", accepts: [] };
    const counts = { maxAttempts: "21", timeoutSeconds: "1.5" };
    expect(Object.keys(readDraft(withCommand("true", { ...wrong, ...counts })).errors!).toSorted()).toEqual(
      Object.keys({ ...wrong, ...counts }).toSorted(),
    );
  });
});

describe("what is saved of an edited rule", () => {
  const edit = (part: Partial<RuleDraft>, latest: Rule = rule) =>
    changesOf({ draft: { ...draft, ...part }, base: rule, latest, usualType: "cli" });

  it("is what was edited", () => {
    expect(edit({})).toEqual({});
    expect(edit({ name: "Other", writeBack: false })).toEqual({ name: "Other", writeBack: false });
    expect(edit({ maxDepth: "2" })).toEqual({ limits: { ...rule.limits, maxDepth: 2 } });
  });

  it("is of the task each field by itself: what somebody else changed meanwhile stays, what was emptied goes", () => {
    const latest = { ...rule, task: { ...rule.task, area: "elsewhere", title: "Theirs" } };
    expect(edit({ title: "Mine" }, latest).task).toEqual({ ...rule.task, title: "Mine", area: "elsewhere" });
    const { maxAttempts: _, ...without } = rule.task;
    expect(edit({ maxAttempts: "" }, latest).task).toEqual({ ...without, title: "Theirs", area: "elsewhere" });
  });
});

describe("a refusal", () => {
  const refused = (path: string) =>
    errorsOfRefusal(
      { code: "VALIDATION_FAILED", message: "No.", details: { issues: [{ path, message: "No." }] } },
      draft,
    );

  it.each([
    ["name", "name"],
    ["when.files.0", "files"],
    ["when.where.front.status", "where"],
    ["task.title", "title"],
    ["task.spec.args.1", "command"],
    ["task.spec.workingDirectory", "workingDirectory"],
    ["task.area", "area"],
    ["task.dependsOn.1", "dependsOn"],
    ["limits.maxDepth", "maxDepth"],
  ])("about %s stands at its field", (path, field) => {
    expect(refused(path)).toEqual({ errors: { [field]: "No." }, rest: null });
  });

  it("about anything else stands on top", () => {
    expect(refused("isEnabled")).toEqual({ errors: {}, rest: "No." });
    const problem: Problem = { code: "OFFLINE", message: "Nobody answered.", details: {} };
    expect(errorsOfRefusal(problem, draft)).toEqual({ errors: {}, rest: "Nobody answered." });
  });
});
