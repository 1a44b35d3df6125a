import { beforeEach, expect, it, vi } from "vitest";
import { readForm, writeForm } from "@/components/kept-form/kept-form.ts";
import { baseOf, keptRuleOf } from "@/components/rule/kept-rule.ts";
import { changesOf } from "@/components/rule/rule-changes.ts";
import { limitsSchema, type Rule, ruleTaskSchema, whenSchema } from "@/lib/rule/schema.ts";

const rule = {
  name: "Specs",
  when: whenSchema.parse({ source: "documents", files: ["docs/**/*.md"] }),
  task: ruleTaskSchema.parse({ title: "Carry out {{title}}", type: "cli", spec: { command: "echo" } }),
  limits: limitsSchema.parse({}),
  writeBack: true,
  version: 3,
} as Rule;

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("sessionStorage", {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, text: string) => void kept.set(name, text),
    removeItem: (name: string) => void kept.delete(name),
  });
});

it("an edit that was left is compared with the rule it began on, so that what others wrote since then stays theirs", () => {
  const opened = keptRuleOf(rule, "cli");
  writeForm("rule.r", { ...opened, files: "notes/*.md" }, opened);

  const latest = { ...rule, name: "Papers", task: { ...rule.task, area: "docs" }, version: 4 };
  const found = readForm("rule.r", keptRuleOf(latest, "cli"))!;
  expect(found.files).toBe("notes/*.md");
  expect(baseOf(found)).toEqual(rule);
  const changes = changesOf({ draft: found, base: baseOf(found)!, latest, usualType: "cli" });
  expect(changes).toEqual({ when: { ...rule.when, files: ["notes/*.md"] } });
});

it("a rule that was opened and not touched is not kept, and a new one began on none", () => {
  const opened = keptRuleOf(rule, "cli");
  writeForm("rule.r", opened, opened);
  expect(readForm("rule.r", opened)).toBeNull();
  expect(baseOf(keptRuleOf(null, "cli"))).toBeNull();
});
