import { strategyChoices } from "@/components/settings/project-fields.ts";
import type { SettingField } from "@/components/settings/setting-field.ts";
import { typeChoices } from "@/components/settings/type-choices.ts";

const kibibyte = 1024;
const mebibyte = 1024 ** 2;
const day = 86_400;
const year = 365 * day;

/** What holds for all projects. */
export const instanceFields: readonly SettingField[] = [
  {
    name: "values.maxConcurrent",
    section: "instance",
    label: "Slots of an orchestrator",
    help: "How many sessions one orchestrator runs at the same time, over all projects.",
    defaultText: "",
    control: {
      kind: "number",
      number: { min: 1, max: 256, unit: "sessions", emptyMeans: "TASK_MAX_CONCURRENT, or 5" },
    },
  },
  {
    name: "values.maxConcurrentPerUser",
    section: "instance",
    label: "Sessions per user",
    help: "How many sessions may run of what one person or token queued. Further tasks of theirs wait; others pass them.",
    defaultText: "",
    control: { kind: "number", number: { min: 1, max: 10_000, unit: "sessions", emptyMeans: "no limit" } },
  },
  {
    name: "values.maxConcurrentPerAgentType",
    section: "instance",
    label: "Sessions per type of task",
    help: "How many sessions of a type may run over all projects and orchestrators. 0 lets none start. Empty: no limit.",
    defaultText: "",
    control: { kind: "numbers", choices: typeChoices, number: { min: 0, max: 10_000, unit: "sessions" } },
  },
  {
    name: "values.maxQueueSize",
    section: "instance",
    label: "Length of the queue",
    help: "More tasks than this are not taken into the queue. None is lost.",
    defaultText: "10000",
    control: { kind: "number", number: { min: 1, max: 1_000_000, unit: "tasks" } },
  },
  {
    name: "values.priorityAgeingSeconds",
    section: "instance",
    label: "Ageing",
    help: "One step of priority is worth this much waiting, so that nothing waits for ever.",
    defaultText: "300",
    control: { kind: "number", number: { min: 0, max: day, unit: "s" } },
  },
  {
    name: "values.escalationStrategy",
    section: "instance-monitor",
    label: "When something waits or is silent too long, by default",
    help: "For projects that chose nothing of their own. Done once for each time it waits.",
    defaultText: "log_only",
    control: { kind: "choice", choices: strategyChoices },
  },
  {
    name: "values.pendingTimeoutSeconds",
    section: "instance-monitor",
    label: "A task may wait, by default",
    help: "Counted from when it could have started.",
    defaultText: "3600",
    control: { kind: "number", number: { min: 1, max: year, unit: "s" } },
  },
  {
    name: "values.idleTimeoutSeconds",
    section: "instance-monitor",
    label: "A session may be silent, by default",
    help: "No output and no computing for this long counts as hung.",
    defaultText: "900",
    control: { kind: "number", number: { min: 1, max: year, unit: "s" } },
  },
  {
    name: "values.checkIntervalSeconds",
    section: "instance-monitor",
    label: "Time between checks, by default",
    help: "What is overdue is noticed up to this much later.",
    defaultText: "300",
    control: { kind: "number", number: { min: 1, max: day, unit: "s" } },
  },
  {
    name: "values.retryBaseMs",
    section: "instance-monitor",
    label: "First wait before a retry, by default",
    help: "Each further retry waits twice as long.",
    defaultText: "10",
    control: { kind: "number", number: { min: 0, max: 3600, unit: "s", scale: 1000 } },
  },
  {
    name: "values.retryCapMs",
    section: "instance-monitor",
    label: "Longest wait before a retry, by default",
    help: "Waiting never grows beyond this.",
    defaultText: "300",
    control: { kind: "number", number: { min: 0, max: day, unit: "s", scale: 1000 } },
  },
  {
    name: "values.logMaxBytes",
    section: "instance-storage",
    label: "Log of a session",
    help: "Output beyond this is dropped, and the log says how much. The session goes on.",
    defaultText: "16",
    control: { kind: "number", number: { min: 0.0625, max: 1024, unit: "MiB", scale: mebibyte } },
  },
  {
    name: "values.lineMaxBytes",
    section: "instance-storage",
    label: "Length of a line",
    help: "What is longer is cut, with a mark where.",
    defaultText: "64",
    control: { kind: "number", number: { min: 1, max: 16_384, unit: "KiB", scale: kibibyte } },
  },
  {
    name: "values.logRetentionDays",
    section: "instance-storage",
    label: "Logs are kept",
    help: "Output of sessions that ended longer ago is removed. How they ended stays.",
    defaultText: "30",
    control: { kind: "number", number: { min: 1, max: 36_500, unit: "days" } },
  },
  {
    name: "values.journalRetentionDays",
    section: "instance-storage",
    label: "The journal is kept",
    help: "Older entries of the audit trail are removed. Empty: for ever.",
    defaultText: "365",
    control: { kind: "number", number: { min: 1, max: 36_500, unit: "days", emptyMeans: "for ever" } },
  },
  {
    name: "values.failedWorkingCopyRetentionSeconds",
    section: "instance-storage",
    label: "Directories of failed sessions are kept",
    help: "So that one can look at what was left. Those of other sessions go at once; branches stay in any case.",
    defaultText: "86400",
    control: { kind: "number", number: { min: 0, max: year, unit: "s" } },
  },
  {
    name: "values.diskMinFreeBytes",
    section: "instance-storage",
    label: "Free space that is left alone",
    help: "While an orchestrator's disk has less, it starts nothing new. What runs goes on, and the board says why.",
    defaultText: "256",
    control: { kind: "number", number: { min: 0, max: 8_589_934_591, unit: "MiB", scale: mebibyte } },
  },
  {
    name: "values.acpAgents",
    section: "instance-agents",
    label: "ACP agents",
    help: "Programs that speak the Agent Client Protocol, by the name a task gives: the command, found on the orchestrator's PATH, and its arguments.",
    defaultText: JSON.stringify(
      {
        claude: { command: "claude-agent-acp", args: [] },
        codex: { command: "codex-acp", args: [] },
        gemini: { command: "gemini", args: ["--acp"] },
        opencode: { command: "opencode", args: ["acp"] },
      },
      null,
      2,
    ),
    control: { kind: "json", example: '{ "gemini": { "command": "gemini", "args": ["--acp"] } }' },
  },
];
