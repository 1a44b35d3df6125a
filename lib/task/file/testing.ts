import fc from "fast-check";
import type { FileFields } from "@/lib/task/file/fields.ts";
import { tidy } from "@/lib/task/file/tidy.ts";
import { taskTypes } from "@/lib/task/task-types.ts";

/** For tests: a line of Markdown, often one that is read as something else than words. */
export const anyLine = fc.oneof(
  fc.constantFrom(
    "",
    "# a",
    "## Instruction",
    "## log",
    "## Tasks",
    "```",
    "```sh",
    "~~~",
    "\\## Log",
    "\\```",
    "---",
    "  x",
    "a: b # c",
    "- [ ] a",
  ),
  fc.string({ maxLength: 12 }),
);
const prose = fc.array(anyLine, { maxLength: 8 }).map((lines) => tidy(lines.join("\n").replaceAll(/[\0\r]/g, "")));
const word = fc
  .oneof(
    fc.constantFrom("null", "~", "1.0", "yes", "a, b", "#x", "- a", "'q'", "a: b", "[", "{x"),
    fc.string({ minLength: 1, maxLength: 10 }),
  )
  .map((text) => text.replaceAll(/[\0\r]/g, "").trim())
  .filter((text) => text !== "");
/** What a card may say, the worst of it included. */
export const anyFields = fc.record<FileFields>({
  title: word,
  type: fc.constantFrom(...taskTypes),
  instruction: prose,
  description: prose,
  priority: fc.integer({ min: 0, max: 4 }),
  area: fc.option(word),
  assignee: fc.option(word),
  tags: fc.uniqueArray(
    word.filter((text) => !/[,;]/.test(text)),
    { maxLength: 4 },
  ),
  dependsOn: fc.uniqueArray(fc.constantFrom("DEMO-2", "DEMO-3", "DEMO-4"), { maxLength: 3 }),
});
