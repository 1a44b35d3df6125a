import type { Rule, Trigger } from "@/lib/rule/schema.ts";
import { cleanLine } from "./clean-text.ts";
import { statusColor } from "./status-color.ts";
import { type Column, table } from "./table.ts";
import type { Terminal } from "./terminal.ts";
import { relativeTime } from "./time-text.ts";

const aboutOf = ({ when }: Rule): string => {
  if (when.source === "documents") return `${when.files.join(", ")} ${when.on.join(", ")}`;
  return [when.types.join(", ") || "any operation", when.documents.length > 0 && `of ${when.documents.join(", ")}`]
    .filter(Boolean)
    .join(" ");
};

export const ruleColumns: Column<Rule>[] = [
  { title: "NAME", text: ({ name }) => name, isElastic: true },
  { title: "STATE", text: ({ isEnabled, problem }) => (isEnabled ? (problem ?? "on") : "off"), isElastic: true },
  { title: "WHEN", text: aboutOf, isElastic: true },
  { title: "TASK", text: ({ task }) => task.title, isElastic: true },
  { title: "CREATED", text: ({ counts }) => String(counts.CREATED) },
  { title: "HELD", text: ({ counts }) => String(counts.HELD) },
  { title: "SKIPPED", text: ({ counts }) => String(counts.SKIPPED) },
  { title: "ID", text: ({ id }) => id },
];

export const triggerColumns: Column<Trigger>[] = [
  { title: "WHEN", text: ({ createdAt }) => relativeTime(createdAt) },
  { title: "RULE", text: ({ ruleName }) => ruleName, isElastic: true },
  { title: "WHAT", text: ({ what, subject }) => `${what} ${subject}`, isElastic: true },
  { title: "STATE", text: ({ status }) => status },
  {
    title: "TASK",
    text: ({ task }) => (task ? `${task.key} ${task.status}` : ""),
    color: ({ task }) => statusColor(task?.status ?? ""),
  },
  { title: "WHY", text: ({ message, writeError }) => message ?? writeError ?? "", isElastic: true },
  { title: "ID", text: ({ id }) => id },
];

/** `Specs is on: docs/specs added, changed` */
export const viewRule = (rule: Rule): string =>
  cleanLine(`${rule.name} is ${rule.isEnabled ? "on" : "off"}: ${aboutOf(rule)} → ${rule.task.title} (${rule.id})`);

export function viewPosted({ items }: { items: { id: string; triggers: Trigger[] }[] }, terminal: Terminal): string {
  const triggers = items.flatMap((one) => one.triggers);
  const none = items.filter((one) => one.triggers.length === 0).map(({ id }) => cleanLine(id));
  const lines = [
    ...(triggers.length > 0 ? [table(triggerColumns, triggers, terminal)] : []),
    ...(none.length > 0 ? [`No rule is about ${none.join(", ")}.`] : []),
  ];
  return lines.join("\n");
}

/** What became of one of them. */
export const viewTrigger = (trigger: Trigger): string =>
  cleanLine(
    `${trigger.what} ${trigger.subject}: ${trigger.status} ${trigger.task?.key ?? trigger.message ?? ""}`.trim(),
  );
