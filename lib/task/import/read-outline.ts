import { readList, readPriority, readTitle, readType } from "@/lib/task/import/read-words.ts";
import type { Reading, ReadTask, Remark } from "@/lib/task/import/reading.ts";
import { noTemplates, takeOptions } from "@/lib/task/task-line.ts";

interface Above {
  indent: number;
  /** null: it is done, and nothing waits for it. */
  ref: string | null;
}

/**
 * A list in plain text or Markdown, a task a line. What is indented waits for the line above it; `after:2` waits for the second task of
 * the list, `after:DEMO-3` for one that is there. Bullets, numbers and open boxes are decoration; a ticked box is done; headings
 * and rules are none of it.
 */
export function readOutline(text: string): Reading {
  const tasks: ReadTask[] = [];
  const remarks: Remark[] = [];
  let above: Above[] = [];
  let done = 0;
  for (const [index, raw] of text.split(/\r\n|[\n\r\u2028\u2029]/).entries()) {
    const line = raw.replaceAll("\t", "    ").trimEnd();
    if (line.trim() === "" || /^\s*(#{1,6}\s|(-{3,}|\*{3,}|={3,}|`{3,})$)/.test(line)) continue;
    const [, indent = "", box, said = ""] = /^(\s*)(?:(?:[-*+•]|\d+[.)])\s+)?(?:\[([ xX])\]\s+)?(.*)$/s.exec(line)!;
    above = above.filter((one) => one.indent < indent.length);
    const isDone = box !== undefined && box !== " ";
    if (isDone) done += 1;
    const ref = isDone ? null : `${tasks.length + 1}`;
    if (ref !== null) tasks.push(readLine(said, { ref, place: index + 1, parent: above.at(-1)?.ref ?? null, remarks }));
    above.push({ indent: indent.length, ref });
  }
  return { tasks: tasks.filter(({ title }) => title !== ""), remarks, done, unit: "Line" };
}

interface Line {
  ref: string;
  place: number;
  parent: string | null;
  remarks: Remark[];
}

function readLine(said: string, { ref, place, parent, remarks }: Line): ReadTask {
  const { options, rest } = takeOptions(said);
  const remark = (message: string) => void remarks.push({ place, message });
  if (rest === "") remark("There is no title.");
  const priority = options.priority === undefined ? null : readPriority(options.priority);
  if (options.priority !== undefined && priority === null) remark(`There is no priority ${options.priority}.`);
  const type = options.type === undefined ? null : readType(options.type);
  if (options.type !== undefined && type === null) remark(`There is no type ${options.type}.`);
  if (options.template !== undefined) remark(noTemplates(options.template));
  if (options.project !== undefined) remark(`A list makes cards of one project; leave project:${options.project} out.`);
  const named = readList(options.after ?? "").map((name) => name.replace(/^#/, ""));
  return {
    ...{ ref, place, ...readTitle(rest) },
    ...(type === null ? {} : { type }),
    ...(priority === null ? {} : { priority }),
    ...(options.tags === undefined ? {} : { tags: readList(options.tags) }),
    dependsOn: [...new Set([...(parent === null ? [] : [parent]), ...named])],
  };
}
