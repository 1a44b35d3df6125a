import type { NumberRules, SettingChoice, SettingField } from "@/components/settings/setting-field.ts";
import { typeChoices } from "@/components/settings/type-choices.ts";
import { retryChoices } from "@/components/task/retry-choices.ts";
import type { escalationStrategies } from "@/lib/config/schema.ts";

const mebibyte = 1024 ** 2;
const day = 86_400;
const year = 365 * day;
const megabytes: NumberRules = { min: 1, max: 8_589_934_591, unit: "MiB", scale: mebibyte };

/** What the monitor does, once, when it finds something that waits or is silent for too long. */
export const strategyChoices: readonly (SettingChoice & { value: (typeof escalationStrategies)[number] })[] = [
  {
    value: "log_only",
    label: "Log only",
    note: "The card says how long it waits and the journal keeps it. Nothing else changes.",
  },
  {
    value: "mark_stalled",
    label: "Mark stalled",
    note: "The task becomes Stalled and starts no more until a person retries it. A silent session is ended.",
  },
  {
    value: "reassign",
    label: "Reassign",
    note: "A silent session is ended and its task tried again, within its attempts. What waits is offered to every orchestrator anew, and queued where autonomous mode is on.",
  },
  {
    value: "escalate",
    label: "Escalate",
    note: "A new draft with priority High asks a person to look into it. What waits or runs stays as it is.",
  },
];

export const projectFields: readonly SettingField[] = [
  {
    name: "name",
    section: "general",
    label: "Name",
    help: "Shown in the sidebar and in the list of projects.",
    control: { kind: "text" },
  },
  {
    name: "baseBranch",
    section: "general",
    label: "Base branch",
    help: "Sessions start from its last commit. Runboard never moves it: work lands on branches of its own.",
    control: { kind: "text" },
  },
  {
    name: "settings.taskFiles",
    section: "general",
    label: "Task files",
    help: "Cards are Markdown in the repository, too. Only for a repository that is a path with a working tree: a URL's has none here.",
    defaultText: "off",
    control: {
      kind: "choice",
      choices: [
        { value: "off", label: "Off" },
        {
          value: "on",
          label: "On, both ways",
          note: "Every card is a file in .runboard/tasks, every .task.md there is a card. A new file becomes a draft.",
        },
      ],
    },
  },
  {
    name: "settings.defaultTaskType",
    section: "agents",
    label: "Default task type",
    help: "What carries out a new task when nothing else is said.",
    defaultText: "cli",
    control: { kind: "choice", choices: typeChoices },
  },
  {
    name: "settings.maxConcurrentSessions",
    section: "agents",
    label: "Sessions at once",
    help: "How many sessions of this project may run at the same time.",
    defaultText: "5",
    control: { kind: "number", number: { min: 1, max: 64, unit: "sessions" } },
  },
  {
    name: "settings.maxInReview",
    section: "agents",
    label: "Waiting for review, at most",
    help: "Where review is required: no more is started than would fill it to this, so that work does not pile up before you.",
    defaultText: "",
    control: { kind: "number", number: { min: 1, max: 10_000, unit: "tasks", emptyMeans: "any number" } },
  },
  {
    name: "settings.defaultMaxAttempts",
    section: "agents",
    label: "Attempts",
    help: "How often a new task is tried before it counts as failed.",
    defaultText: "",
    control: { kind: "number", number: { min: 1, max: 20, unit: "attempts", emptyMeans: "3" } },
  },
  {
    name: "settings.defaultTimeoutSeconds",
    section: "agents",
    label: "Time limit of an attempt",
    help: "A session of a new task is ended after this time.",
    defaultText: "",
    control: {
      kind: "number",
      number: { min: 1, max: day, unit: "s", emptyMeans: "300 for commands, 3600 for agents" },
    },
  },
  {
    name: "settings.instructions",
    section: "agents",
    label: "Instructions",
    help: "What every agent of this project is told beside its task. Markdown.",
    defaultText: "",
    control: { kind: "prose" },
  },
  {
    name: "settings.model",
    section: "agents",
    label: "Model",
    help: "For agents, where a task names none.",
    defaultText: "",
    control: { kind: "text", emptyMeans: "the agent's own choice" },
  },
  {
    name: "settings.permissions",
    section: "agents",
    label: "When an agent asks for permission",
    help: "What it may do without asking is its own rule.",
    defaultText: "allow",
    control: {
      kind: "choice",
      choices: [
        { value: "allow", label: "Allow", note: "It goes on. The sandbox is what holds it." },
        {
          value: "ask",
          label: "Ask a person",
          note: "The question stands on the card and under Needs you; the agent waits.",
        },
        { value: "deny", label: "Deny", note: "It is told no, and goes on without." },
      ],
    },
  },
  {
    name: "settings.questionTimeoutSeconds",
    section: "agents",
    label: "A question waits",
    help: "For a person's answer, where a person is asked.",
    defaultText: "1800",
    control: { kind: "number", number: { min: 1, max: 604_800, unit: "s" } },
  },
  {
    name: "settings.questionOnTimeout",
    section: "agents",
    label: "When nobody has answered",
    help: "What is said in a person's place.",
    defaultText: "deny",
    control: {
      kind: "choice",
      choices: [
        { value: "deny", label: "Deny" },
        { value: "allow", label: "Allow" },
      ],
    },
  },
  {
    name: "settings.boardTools",
    section: "agents",
    label: "Runboard's own tools for agents",
    help: "With them an agent reads the board of this project and adds tasks to it. It ends, approves and answers nothing, and sees no other project.",
    defaultText: "true",
    control: {
      kind: "truth",
      choices: [
        { value: "true", label: "Given to every session" },
        { value: "false", label: "Not given" },
      ],
    },
  },
  {
    name: "settings.sessionTasks",
    section: "agents",
    label: "Tasks that agents add",
    help: "One session adds at most 50, and tasks of tasks of tasks add no more.",
    defaultText: "draft",
    control: {
      kind: "choice",
      choices: [
        { value: "draft", label: "Wait for approval", note: "They are drafts until a person approves them." },
        { value: "approved", label: "May run at once", note: "In autonomous mode they start as soon as they can." },
      ],
    },
  },
  {
    name: "settings.mcpServers",
    section: "agents",
    label: "MCP servers",
    help:
      "For claude-agent tasks, beside those of the task. By name, over HTTP (url, headers) or as a program (command, args, env). " +
      "$" +
      "{secret:NAME} in a header or variable stands for RUNBOARD_SECRET_NAME of Runboard's own environment: no key is written here.",
    defaultText: "",
    control: {
      kind: "json",
      example:
        '{ "docs": { "url": "https://mcp.example.org/mcp", "headers": { "authorization": "Bearer $' +
        '{secret:DOCS}" } } }',
    },
  },
  {
    name: "settings.sandbox",
    section: "sandbox",
    label: "Sandbox",
    help: "Where sessions of this project run.",
    defaultText: "auto",
    control: {
      kind: "choice",
      choices: [
        {
          value: "auto",
          label: "The best there is",
          note: "bwrap where the orchestrator's machine can, else process.",
        },
        {
          value: "bwrap",
          label: "bwrap",
          note: "Kept apart from the machine. Where that cannot be had nothing starts.",
        },
        {
          value: "process",
          label: "process: not isolated",
          note: "A process of Runboard's own user: it reads and reaches what that user does.",
        },
      ],
    },
  },
  {
    name: "settings.network",
    section: "sandbox",
    label: "Network",
    help: "What an isolated sandbox reaches besides Runboard and the agent's model. One that is not isolated reaches everything.",
    defaultText: "none",
    control: {
      kind: "choice",
      choices: [
        { value: "none", label: "Nothing but the hosts below" },
        { value: "host", label: "Everything its machine does" },
      ],
    },
  },
  {
    name: "settings.allowedHosts",
    section: "sandbox",
    label: "Allowed hosts",
    help: "Reached over HTTPS all the same. One per line; *. stands for any name below, a port may follow.",
    defaultText: "",
    control: { kind: "lines", example: "registry.npmjs.org" },
  },
  {
    name: "settings.sessionBudgetUsd",
    section: "budget",
    label: "Budget of a session",
    help: "An agent that has cost so much is ended. Only agents that tell their cost can be held to it.",
    defaultText: "",
    control: { kind: "number", number: { min: 0.01, max: 100_000, unit: "USD", decimals: 2, emptyMeans: "no limit" } },
  },
  {
    name: "settings.dailyBudgetUsd",
    section: "budget",
    label: "Budget of a day",
    help: "Of all sessions that start on one day (UTC). When it is spent no agent starts before the next; commands go on.",
    defaultText: "",
    control: {
      kind: "number",
      number: { min: 0.01, max: 1_000_000, unit: "USD", decimals: 2, emptyMeans: "no limit" },
    },
  },
  {
    name: "settings.budgetStopsRunning",
    section: "budget",
    label: "What runs when the day's budget is spent",
    help: "Sessions of agents that are at work then.",
    defaultText: "false",
    control: {
      kind: "truth",
      choices: [
        { value: "false", label: "Goes on to its end" },
        { value: "true", label: "Is ended" },
      ],
    },
  },
  {
    name: "settings.escalationStrategy",
    section: "monitor",
    label: "When something waits or is silent too long",
    help: "Done once for each time it waits, never again on the next check.",
    defaultText: "",
    inherits: "values.escalationStrategy",
    control: { kind: "choice", choices: strategyChoices },
  },
  {
    name: "settings.pendingTimeoutSeconds",
    section: "monitor",
    label: "A task may wait",
    help: "Counted from when it could have started: approved with nothing open before it, or queued.",
    defaultText: "",
    inherits: "values.pendingTimeoutSeconds",
    control: { kind: "number", number: { min: 1, max: year, unit: "s" } },
  },
  {
    name: "settings.idleTimeoutSeconds",
    section: "monitor",
    label: "A session may be silent",
    help: "No output and no computing for this long counts as hung. A session that computes quietly is not silent.",
    defaultText: "",
    inherits: "values.idleTimeoutSeconds",
    control: { kind: "number", number: { min: 1, max: year, unit: "s" } },
  },
  {
    name: "settings.checkIntervalSeconds",
    section: "monitor",
    label: "Time between checks",
    help: "How often the monitor looks. What is overdue is noticed up to this much later.",
    defaultText: "",
    inherits: "values.checkIntervalSeconds",
    control: { kind: "number", number: { min: 1, max: day, unit: "s" } },
  },
  {
    name: "settings.retryOn",
    section: "monitor",
    label: "An attempt is retried when",
    help: "Only while attempts are left. What was lost with its host is always tried again; what trying again cannot cure never is.",
    defaultText: "EXIT,TIMEOUT,START,RATE_LIMIT",
    control: { kind: "choices", choices: retryChoices },
  },
  {
    name: "settings.retryBaseMs",
    section: "monitor",
    label: "First wait before a retry",
    help: "Each further retry waits twice as long, give or take some, so that failures do not all come back together.",
    defaultText: "",
    inherits: "values.retryBaseMs",
    control: { kind: "number", number: { min: 0, max: 3600, unit: "s", scale: 1000 } },
  },
  {
    name: "settings.retryCapMs",
    section: "monitor",
    label: "Longest wait before a retry",
    help: "Waiting never grows beyond this.",
    defaultText: "",
    inherits: "values.retryCapMs",
    control: { kind: "number", number: { min: 0, max: day, unit: "s", scale: 1000 } },
  },
  {
    name: "settings.sessionCpus",
    section: "resources",
    label: "Processor cores",
    help: "A session starts only where so many cores are not given out yet; where the machine can, it gets no more than that.",
    defaultText: "",
    control: {
      kind: "number",
      number: { min: 0.01, max: 1024, unit: "cores", decimals: 2, emptyMeans: "nothing is asked for" },
    },
  },
  {
    name: "settings.sessionMemoryBytes",
    section: "resources",
    label: "Memory",
    help: "A session starts only where so much is not given out yet; one that uses more is ended.",
    defaultText: "",
    control: { kind: "number", number: { ...megabytes, emptyMeans: "nothing is asked for" } },
  },
  {
    name: "settings.sessionDiskBytes",
    section: "resources",
    label: "Disk",
    help: "A session starts only where so much space is free besides what others asked for.",
    defaultText: "",
    control: { kind: "number", number: { ...megabytes, emptyMeans: "nothing is asked for" } },
  },
];
