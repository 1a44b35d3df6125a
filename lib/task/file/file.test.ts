import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FileFields, isSame } from "@/lib/task/file/fields.ts";
import { agree, merge } from "@/lib/task/file/merge.ts";
import { readTaskFile, type TaskFileText } from "@/lib/task/file/read.ts";
import { saysStatus } from "@/lib/task/file/status-word.ts";
import { anyFields, anyLine } from "@/lib/task/file/testing.ts";
import { newTaskFile, type Told, writeTaskFile } from "@/lib/task/file/write.ts";

const told: Told = { key: "DEMO-1", status: "draft", attempts: 0, sessions: "", log: "" };
const read = (text: string, type: FileFields["type"] = "cli") => {
  const file = readTaskFile(text, type);
  if (typeof file === "string") throw new Error(file);
  return file;
};

/** What a file must say for a card: a command that is empty is not said. */
const expected = ({ type, instruction, ...rest }: FileFields): Partial<FileFields> => ({
  ...rest,
  type,
  ...(instruction === "" ? {} : { instruction }),
});
const said = ({ fields: { instruction, ...rest } }: TaskFileText): Partial<FileFields> => ({
  ...rest,
  ...(instruction ? { instruction } : {}),
});
const sorted = (fields: Partial<FileFields>) => ({
  ...fields,
  tags: [...(fields.tags ?? [])].sort(),
  dependsOn: [...(fields.dependsOn ?? [])].sort(),
});

describe("a task file", () => {
  it("says after it was written what the card says, whatever that is", () => {
    fc.assert(
      fc.property(anyFields, (fields) => {
        const file = read(newTaskFile(fields, { ...told, sessions: "- one", log: "```\n## x\n```", attempts: 2 }));
        expect(sorted(said(file))).toEqual(sorted(expected(fields)));
      }),
      { numRuns: 1500 },
    );
  });

  it("says after a change what was changed and all it said before, and does not change when nothing is", () => {
    fc.assert(
      fc.property(
        anyFields,
        anyFields,
        fc.uniqueArray(fc.constantFrom("title", "description", "priority", "area", "tags", "assignee", "dependsOn")),
        (before, after, changed) => {
          const first = newTaskFile(before, { ...told, sessions: "- one" });
          expect(
            writeTaskFile(read(first), { fields: {}, type: before.type, told: { ...told, sessions: "- one" } }),
          ).toBe(first);
          const fields = Object.fromEntries(changed.map((name) => [name, after[name as keyof FileFields]]));
          const second = writeTaskFile(read(first), {
            fields,
            type: before.type,
            told: { ...told, sessions: "- two" },
          });
          expect(sorted(said(read(second)))).toEqual(sorted(expected({ ...before, ...fields })));
        },
      ),
      { numRuns: 1500 },
    );
  });

  it("keeps unknown names, comments, order and spelling of what did not change", () => {
    const text =
      "---\n# mine\nSummary:   'A  thing' # why\nestimate: {h: 3}   # hours\nlabels:\n  - a # first\n  - b\nPriority: HIGH\nstatus: To Do\nx: &y 1\n---\n\n# A  thing\n\nSome *text*.\n\n## Tasks\n- [ ] one\n\n## Log\nold\n## Mine\nend\n";
    const file = read(text);
    expect(file.fields).toMatchObject({
      title: "A  thing",
      tags: ["a", "b"],
      priority: 3,
      area: null,
      description: "Some *text*.\n\n## Tasks\n- [ ] one\n\n## Mine\nend",
    });
    const second = writeTaskFile(file, {
      fields: { tags: ["b", "c"], area: "web" },
      type: "cli",
      told: { ...told, status: null, log: "new" },
    });
    expect(second).toBe(
      "---\n# mine\nSummary:   'A  thing' # why\nestimate: {h: 3}   # hours\nlabels:\n  - b\n  - c\nPriority: HIGH\nstatus: To Do\nx: &y 1\nkey: DEMO-1\narea: web\n---\n\n# A  thing\n\nSome *text*.\n\n## Tasks\n- [ ] one\n\n## Log\n\nnew\n\n## Mine\nend\n",
    );
  });

  it("is read leniently and says in words what cannot be", () => {
    expect(read("# Only words\r\n\r\nAnd more\r\n").fields).toMatchObject({
      title: "Only words",
      description: "And more",
    });
    expect(saysStatus("To Do", "QUEUED") && saysStatus("in_progress", "RUNNING") && !saysStatus("done", "DRAFT")).toBe(
      true,
    );
    expect(read("---\npriority: soon\ntype: robot\n---\n").remarks).toEqual([
      "type is not taken: there is no such value.",
      "priority is not taken: there is no such value.",
    ]);
    for (const text of [
      "---\na: [\n---\n",
      "---\n- a\n---\n",
      "a\0b",
      "```\nopen",
      `---\n${"[".repeat(50_000)}\n---\n`,
    ])
      expect(typeof readTaskFile(text, "cli")).toBe("string");
  });

  it("never takes the reader down, whatever it is", () => {
    fc.assert(fc.property(fc.array(anyLine, { maxLength: 30 }), (lines) => void readTaskFile(lines.join("\n"), "cli")));
    fc.assert(fc.property(fc.string(), (text) => void readTaskFile(`---\n${text}\n---\n${text}`, "codex")));
  });
});

describe("a merge", () => {
  const edit = fc.record({
    isFile: fc.boolean(),
    field: fc.constantFrom("title", "priority", "area", "description", "tags"),
    value: fc.integer({ min: 0, max: 3 }),
    isSynced: fc.boolean(),
  });
  const valueNo = (field: string, n: number) =>
    field === "priority" ? n : field === "tags" ? ["a", "b", "c"].filter((_, bit) => (n >> bit) & 1) : `v${n}`;

  it("loses no field on either side for any sequence of edits: it agrees, or keeps both", () => {
    fc.assert(
      fc.property(anyFields, fc.array(edit, { maxLength: 20 }), (start, edits) => {
        const [file, card] = [{ ...start }, { ...start }];
        let base: Partial<FileFields> = { ...start };
        for (const { isFile, field, value, isSynced } of edits) {
          Object.assign(isFile ? file : card, { [field]: valueNo(field, value) });
          if (!isSynced) continue;
          const before = { base, file: { ...file }, card: { ...card } };
          const { take, write, conflicts } = merge(before);
          Object.assign(card, take);
          Object.assign(file, write);
          base = agree({ base, file, card });
          for (const name of Object.keys(start) as (keyof FileFields)[]) {
            const [was, theirs, ours] = [before.base[name], before.file[name], before.card[name]];
            const isDisputed = conflicts.some((one) => one.field === name);
            if (isDisputed) expect([file[name], card[name]]).toEqual([theirs, ours]);
            else expect(isSame(name, file[name], card[name])).toBe(true);
            if (isDisputed || name === "tags" || name === "dependsOn") continue;
            if (!isSame(name, was, theirs)) expect(card[name]).toEqual(theirs);
            if (!isSame(name, was, ours)) expect(file[name]).toEqual(ours);
          }
          expect(merge({ base, file, card })).toEqual({ take: {}, write: {}, conflicts: conflicts });
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("takes into a set what either side added and out what either removed", () => {
    const card = { tags: ["a", "c"] } as FileFields;
    const all = { ...card, dependsOn: [] } as unknown as FileFields;
    expect(merge({ base: { tags: ["a", "b"] }, file: { tags: ["b", "d"] }, card: all })).toMatchObject({
      take: { tags: ["c", "d"] },
      write: { tags: ["c", "d"] },
    });
  });

  it("decides nothing where there was no agreement, and keeps a type and its instruction together", () => {
    const card = {
      title: "t",
      type: "cli",
      instruction: "b",
      description: "",
      priority: 2,
      area: null,
      assignee: null,
      tags: [],
      dependsOn: [],
    } as FileFields;
    expect(merge({ base: {}, file: { title: "u", description: "" }, card }).conflicts).toEqual([
      { field: "title", file: "u", card: "t" },
    ]);
    const both = merge({
      base: { ...card, instruction: "a" },
      file: { ...card, type: "codex", instruction: "c" },
      card,
    });
    expect([both.take, both.conflicts.map(({ field }) => field)]).toEqual([{}, ["instruction", "type"]]);
  });
});
