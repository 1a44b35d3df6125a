import { CircleAlert } from "lucide-react";
import { type OutlineRow, outlineOf } from "@/components/many-tasks/outline-of.ts";
import { Badge } from "@/components/ui/badge.tsx";
import type { Reading } from "@/lib/task/import/reading.ts";
import { canRun } from "@/lib/task/import/to-batch.ts";
import type { Task } from "@/lib/task/schema.ts";
import { optionValues } from "@/lib/task/task-line.ts";

const rowsMax = 200;
const usualPriority = 2;
const remarksMax = 20;

/** What the text would become: rows indented by what they wait for, and what in it could not be taken. */
export function Preview({ reading, usual }: { reading: Reading; usual: Task["type"] }) {
  const rows = outlineOf(reading.tasks);
  const left = rows.length - rowsMax;
  const titles = new Map(reading.tasks.map(({ ref, title }) => [ref, title]));
  return (
    <section aria-label="Preview" className="flex flex-col gap-2">
      {reading.remarks.length > 0 && <Remarks {...reading} />}
      <ul className="flex flex-col rounded-md border border-border">
        {rows.slice(0, rowsMax).map((row, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: two rows may bear one name
          <Row key={index} row={row} usual={usual} titles={titles} />
        ))}
      </ul>
      {left > 0 && <p className="text-muted text-xs">And {left.toLocaleString("en")} more.</p>}
    </section>
  );
}

interface RowProps {
  row: OutlineRow;
  usual: Task["type"];
  /** Of the others in the list, by their refs. */
  titles: ReadonlyMap<string, string>;
}

function Row({ row: { task, depth }, usual, titles }: RowProps) {
  const { title, dependsOn, tags = [], priority } = task;
  const facts = [
    ...(task.type && task.type !== usual ? [task.type] : []),
    ...(priority === undefined || priority === usualPriority ? [] : [optionValues.priority![priority]!]),
    ...tags,
  ];
  return (
    <li
      className="flex min-w-0 flex-wrap items-baseline gap-x-2 border-border border-b px-2 py-1 text-sm last:border-b-0"
      style={{ paddingInlineStart: `${0.5 + depth}rem` }}
    >
      <span className="min-w-0 break-words">{title}</span>
      {facts.map((fact) => (
        <Badge key={fact}>{fact}</Badge>
      ))}
      {!canRun(task, usual) && <Badge isDashed>no command: a draft</Badge>}
      {dependsOn.length > 0 && (
        <span className="text-subtle text-xs">
          waits for {dependsOn.map((ref) => titles.get(ref) ?? ref).join(", ")}
        </span>
      )}
    </li>
  );
}

function Remarks({ remarks, unit }: Pick<Reading, "remarks" | "unit">) {
  return (
    <ul className="flex flex-col gap-1 text-attention text-xs">
      {remarks.slice(0, remarksMax).map(({ place, message }) => (
        <li key={`${place} ${message}`} className="flex items-start gap-1">
          <CircleAlert aria-hidden className="mt-px size-3.5 shrink-0" />
          {unit} {place}: {message}
        </li>
      ))}
      {remarks.length > remarksMax && <li>And {remarks.length - remarksMax} more like these.</li>}
    </ul>
  );
}
