import { errorTable } from "@/lib/errors.ts";

/** One line for each noun. */
export const nounSummaries: Record<string, string> = {
  project: "git repositories with their boards",
  task: "cards: write, approve, queue, review, explain",
  session: "attempts to carry out a task: start, follow, prompt, attach",
  autonomous: "sessions under the name some know them by",
  agent: "what can carry out tasks here",
  question: "what agents ask for before they do it",
  queue: "what waits, in its true order",
  monitor: "what waits or is silent too long",
  resource: "slots, CPU, memory and disk of each orchestrator",
  event: "the journal of a project",
  chat: "the thread beside the board; / begins a command",
  rule: "which task comes of a changed document or a posted operation",
  trigger: "what rules did, and why not",
  operation: "what was done to documents elsewhere, for rules to hear",
  config: "limits and policies of the instance",
};

const meanings: Record<number, string> = {
  1: "it failed: what was waited for or followed, or the server",
  2: "the call is wrong: an option, a value, an answer that was needed",
  3: "not allowed: the token, the host",
  4: "there is no such thing",
  5: "not possible as things stand: a status, a dependency, a version",
  6: "no room: the queue, the slots, a resource; try again later",
  7: "nobody answers, or nobody takes work; try again later",
};

const codes = [...new Set(Object.values(errorTable).map(({ exitCode }) => exitCode))].sort((a, b) => a - b);

const list = (rows: (readonly [string, string])[]): string =>
  rows.map(([name, text]) => `  ${name.padEnd(18)} ${text}`).join("\n");

/** Under every command; the whole is under `runboard --help`. */
export const verbFooter = `
Exit codes: 0 done, 1 failed, 2 wrong call, 3 not allowed, 4 not found, 5 not possible now, 6 no room, 7 nobody answers
Environment: RUNBOARD_URL, RUNBOARD_TOKEN, RUNBOARD_HOME, RUNBOARD_PROJECT, NO_COLOR (runboard --help)`;

export const helpFooter = `
Exit codes:
${list([["0", "done"], ...codes.map((code) => [String(code), meanings[code] ?? ""] as const), ["124", "--timeout is over"], ["130", "ended by Ctrl-C"]])}

Environment:
${list([
  ["RUNBOARD_URL", "where the server is; else the one of RUNBOARD_HOME, else 127.0.0.1:PORT"],
  ["RUNBOARD_TOKEN", "what opens it; else the token in RUNBOARD_HOME"],
  ["RUNBOARD_HOME", "~/.runboard, for root /var/lib/runboard"],
  ["RUNBOARD_PROJECT", "the project where none is named; else the current directory's"],
  ["NO_COLOR", "no colours"],
])}

Examples:
  $ runboard project create Shop --repo-path .
  $ runboard task create-and-start "make test" --wait
  $ runboard session logs SHOP-1 --follow
  $ runboard task list --status failed --json
  $ runboard doctor

\`runboard help <noun> [verb]\` says more. Manual: docs/cli.md`;
