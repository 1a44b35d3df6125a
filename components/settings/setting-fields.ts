import type { Config } from "@/lib/config/schema.ts";
import type { ProjectSettings } from "@/lib/project/schema.ts";
import { taskTypes } from "@/lib/task/task-types.ts";

export type SectionId = "general" | "agents" | "instance" | "appearance" | "danger";

/** A field that waits for Save. Its text is what stands in the control; "" is null. */
export interface SettingField {
  name: "name" | "baseBranch" | keyof ProjectSettings | keyof Config;
  section: SectionId;
  label: string;
  help: string;
  /** What holds when nobody chose; left out where there is no such thing. */
  defaultText?: string;
  choices?: readonly string[];
  number?: NumberRules;
}

interface NumberRules {
  min: number;
  max: number;
  unit: string;
  /** What one unit on the screen is on the server: 1000 where seconds are kept as milliseconds. */
  scale?: number;
  /** May stay empty; says what then holds. */
  emptyMeans?: string;
}

export const settingFields: readonly SettingField[] = [
  { name: "name", section: "general", label: "Name", help: "Shown in the sidebar and in the list of projects." },
  {
    name: "baseBranch",
    section: "general",
    label: "Base branch",
    help: "Sessions start from its last commit. Runboard never moves it: work lands on branches of its own.",
  },
  {
    name: "defaultTaskType",
    section: "agents",
    label: "Default task type",
    help: "What carries out a new task when nothing else is said.",
    defaultText: "cli",
    choices: taskTypes,
  },
  {
    name: "maxConcurrentSessions",
    section: "agents",
    label: "Sessions at once",
    help: "How many sessions of this project may run at the same time.",
    defaultText: "5",
    number: { min: 1, max: 64, unit: "sessions" },
  },
  {
    name: "defaultMaxAttempts",
    section: "agents",
    label: "Attempts",
    help: "How often a new task is tried before it counts as failed.",
    defaultText: "",
    number: { min: 1, max: 20, unit: "attempts", emptyMeans: "3" },
  },
  {
    name: "defaultTimeoutSeconds",
    section: "agents",
    label: "Time limit of an attempt",
    help: "A session of a new task is ended after this time.",
    defaultText: "",
    number: { min: 1, max: 86_400, unit: "s", emptyMeans: "300 for commands, 3600 for agents" },
  },
  {
    name: "maxConcurrent",
    section: "instance",
    label: "Slots of an orchestrator",
    help: "How many sessions one orchestrator runs at the same time, over all projects.",
    defaultText: "",
    number: { min: 1, max: 256, unit: "sessions", emptyMeans: "TASK_MAX_CONCURRENT, or 5" },
  },
  {
    name: "maxQueueSize",
    section: "instance",
    label: "Length of the queue",
    help: "More tasks than this are not taken into the queue. None is lost.",
    defaultText: "10000",
    number: { min: 1, max: 1_000_000, unit: "tasks" },
  },
  {
    name: "priorityAgeingSeconds",
    section: "instance",
    label: "Ageing",
    help: "One step of priority is worth this much waiting, so that nothing waits for ever.",
    defaultText: "300",
    number: { min: 0, max: 86_400, unit: "s" },
  },
  {
    name: "retryBaseMs",
    section: "instance",
    label: "First wait before a retry",
    help: "Each further retry waits twice as long.",
    defaultText: "10",
    number: { min: 0, max: 3600, unit: "s", scale: 1000 },
  },
  {
    name: "retryCapMs",
    section: "instance",
    label: "Longest wait before a retry",
    help: "Waiting never grows beyond this.",
    defaultText: "300",
    number: { min: 0, max: 86_400, unit: "s", scale: 1000 },
  },
];

export const fieldsOf = (section: SectionId) => settingFields.filter((field) => field.section === section);
export const fieldNamed = (name: string) => settingFields.find((field) => field.name === name);
