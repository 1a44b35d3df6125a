import { expect, it } from "vitest";
import { ruleSentence } from "@/components/rule/rule-sentence.ts";
import { ruleTaskSchema, whenSchema } from "@/lib/rule/schema.ts";

const said = (when: object, task: object = {}) =>
  ruleSentence({ when: whenSchema.parse(when), task: ruleTaskSchema.parse({ title: "Do {{title}}", ...task }) });

it.each([
  [
    { source: "documents", files: ["docs/**/*.md"] },
    {},
    "When docs/**/*.md is added or changed: creates “Do {{title}}”.",
  ],
  [
    {
      source: "documents",
      files: ["docs", "notes", "!docs/private"],
      on: ["removed"],
      where: { "front.status": "ready" },
    },
    { status: "DRAFT" },
    "When docs or notes but not docs/private is removed and front.status is ready: creates “Do {{title}}” as a draft.",
  ],
  [{ source: "operations" }, {}, "When any operation is posted: creates “Do {{title}}”."],
  [
    {
      source: "operations",
      types: ["A", "B"],
      documents: ["invoices/*"],
      where: { "input.open": true, "input.by": null },
    },
    {},
    "When A or B is posted for invoices/* and input.open is true and input.by is empty: creates “Do {{title}}”.",
  ],
])("a rule is a sentence: %j %j", (when, task, sentence) => {
  expect(said(when, task)).toBe(sentence);
});
