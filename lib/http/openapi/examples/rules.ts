import { at, ids, owner } from "@/lib/http/openapi/examples/rows.ts";
import type { ExamplesOf } from "@/lib/http/openapi/examples/shape.ts";
import { limitsSchema, type Rule, type Trigger } from "@/lib/rule/schema.ts";

const when = {
  source: "documents" as const,
  files: ["docs/specs/**/*.md"],
  on: ["added" as const, "changed" as const],
  existing: false,
  where: { "front.status": "ready" },
};
const task = {
  title: "Carry out {{title}}",
  type: "claude-code" as const,
  spec: { prompt: "Do what {{path}} asks for." },
  status: "APPROVED" as const,
};
const rule: Rule = {
  ...{ id: ids.rule, projectId: ids.project, name: "Specs", isEnabled: true, when, task, writeBack: true },
  ...{ limits: limitsSchema.parse({}), seenAt: at, problem: null, counts: { CREATED: 1, HELD: 0, SKIPPED: 0 } },
  ...{ version: 1, createdBy: owner, createdAt: at, updatedAt: at },
};
const trigger: Trigger = {
  ...{ id: ids.trigger, projectId: ids.project, ruleId: ids.rule, ruleName: "Specs", subject: "docs/specs/login.md" },
  ...{ what: "changed", depth: 1, cause: null, status: "CREATED", reason: null, message: null, heldUntil: null },
  task: { id: ids.task, key: "DEMO-12", title: "Carry out Login", status: "RUNNING" },
  ...{ writtenBack: null, writeError: null, createdAt: at },
};

/** What creates tasks by itself. */
export const rules: ExamplesOf<"rule" | "trigger" | "operation"> = {
  rule: {
    create: { input: { projectId: "DEMO", name: "Specs", when, task, writeBack: true }, output: rule },
    list: { input: { projectId: "DEMO" }, output: { items: [rule], nextCursor: null } },
    get: { input: { ruleId: ids.rule }, output: rule },
    update: {
      input: { ruleId: ids.rule, isEnabled: false, version: 1 },
      output: { ...rule, isEnabled: false, version: 2 },
    },
    delete: { input: { ruleId: ids.rule }, output: { id: ids.rule, name: "Specs" } },
  },
  trigger: {
    list: {
      input: { projectId: "DEMO", ruleId: ids.rule, status: "CREATED", limit: 50 },
      output: { items: [trigger], nextCursor: null },
    },
    createTask: { input: { triggerId: ids.trigger }, output: trigger },
  },
  operation: {
    post: {
      input: {
        projectId: "DEMO",
        operations: [
          { id: "inv-7/3", document: "invoices/7", type: "APPROVE_INVOICE", input: { amount: 120, currency: "EUR" } },
        ],
      },
      output: {
        items: [{ id: "inv-7/3", triggers: [{ ...trigger, subject: "invoices/7", what: "APPROVE_INVOICE" }] }],
      },
    },
  },
};
