import { expect, it } from "vitest";
import type { Rule } from "@/lib/rule/schema.ts";
import { watchPlans } from "@/lib/testing/executed-plans.ts";
import { call, newProject, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

it("a project's rules are counted together: each says what came of it, and a rule more costs no statement more", async () => {
  const { id: projectId } = await newProject();
  const task = { title: "t", spec: { command: "true" } };
  for (const type of ["A", "B", "C"])
    await call("rule", "create", { projectId, name: type, when: { source: "operations", types: [type] }, task });
  const post = (id: string, type: string) =>
    call("operation", "post", { projectId, operations: [{ id, document: `d${id}`, type, input: {} }] });
  for (const [id, type] of [
    ["1", "A"],
    ["2", "A"],
    ["3", "B"],
  ] as const)
    await post(id, type);

  const plansOf = await watchPlans();
  let rules: Rule[] = [];
  const plans = await plansOf(async () => {
    rules = (await call<{ items: Rule[] }>("rule", "list", { projectId })).items;
  });
  expect(rules.map(({ name, counts }) => [name, counts])).toEqual([
    ["A", { CREATED: 2, HELD: 0, SKIPPED: 0 }],
    ["B", { CREATED: 1, HELD: 0, SKIPPED: 0 }],
    ["C", { CREATED: 0, HELD: 0, SKIPPED: 0 }],
  ]);
  expect(plans.filter((plan) => plan.includes('"Trigger"'))).toHaveLength(1);
});
