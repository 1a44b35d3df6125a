import { expect, test } from "vitest";
import { typeText } from "@/components/reference/type-text.ts";

test.each([
  [{ type: "string", format: "uuid" }, "UUID"],
  [{ type: "string", maxLength: 200 }, "text up to 200"],
  [{ type: "integer", minimum: 1, maximum: 200 }, "integer 1 to 200"],
  [{ type: "integer", minimum: 0, maximum: Number.MAX_SAFE_INTEGER }, "integer from 0"],
  [{ type: "array", items: { $ref: "#/components/schemas/Task" } }, "list of Task"],
  [{ anyOf: [{ type: "string" }, { type: "null" }] }, "text or null"],
  [{ enum: ["DRAFT", "APPROVED"], type: "string" }, '"DRAFT" or "APPROVED"'],
  [{}, "anything"],
])("a schema %j is said as %s", (shape, words) => {
  expect(typeText(shape)).toBe(words);
});
