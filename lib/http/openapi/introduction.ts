import { errorTable } from "@/lib/errors.ts";

/** What holds for every operation, in Markdown. */
export const introduction = `Runboard is a Kanban board whose cards run themselves. Every operation below is a call of the typed client as
well, and, but for the three by which a session reports about itself, a command of \`runboard\` and a tool of MCP: \`task.create\` is
\`client.task.create(…)\`, \`runboard task create\` and \`task_create\`.

**Credential.** \`Authorization: Bearer …\` with the owner's token (the file \`token\` in RUNBOARD_HOME), a token of a program, or, within a sandbox,
the session's own. Browsers use the cookie of the login; changes by cookie need an Origin header of this server.

**Names.** A project goes by its id or its key, such as DEMO; a task by its id or its key, such as DEMO-12. Ids are UUIDs (version 7). Times
are ISO 8601 in UTC, sizes end in Bytes, lengths of time in Ms or Seconds.

**Pages.** Lists answer \`{ items, nextCursor }\`, at most \`limit\` (1 to 200) at a time. Pass \`nextCursor\` as \`cursor\` for the next page;
null means that there are no more. Rows that come while you read are neither given twice nor is another left out for them.

**Once.** A create (201) takes an \`Idempotency-Key\`: the same call with the same key happens once and gets the same answer. Another call with
a used key is IDEMPOTENCY_KEY_REUSED.

**Versions.** An edit may say which version it is based on, as \`version\` or as \`If-Match\`. If the row is newer, the edit is refused with
VERSION_CONFLICT and \`details.current\` is the row as it is.

**Errors.** Every refusal is \`{ code, message, details }\`. The codes are a closed table; programs go by them and never by the message:

| code | status | may succeed later |
|---|---|---|
${Object.entries(errorTable)
  .map(([code, { status, isRetryable }]) => `| ${code} | ${status} | ${isRetryable ? "yes" : "no"} |`)
  .join("\n")}

What may succeed later comes with \`Retry-After\` in seconds. Events are pushed over socket.io; \`event.list\` reads the same journal.`;

/** By the first part of the path. */
export const tags: readonly { name: string; description: string }[] = [
  { name: "projects", description: "Repositories with their board, settings, events and chat; making cards." },
  { name: "tasks", description: "One card: what it says, what it waits for, and where it stands." },
  { name: "sessions", description: "Attempts to carry out a task: start, follow, talk to, cancel." },
  { name: "autonomous", description: "The same as sessions, under the name some people know them by." },
  { name: "session-config", description: "The settings that sessions start with." },
  { name: "questions", description: "What agents ask before they do it." },
  { name: "queue", description: "What runs next, and why not yet." },
  {
    name: "rules",
    description: "What creates tasks by itself: of changed documents, and of operations that are posted.",
  },
  { name: "triggers", description: "What rules did, and why not." },
  { name: "resources", description: "Slots, CPU, memory and disk of each orchestrator." },
  { name: "agents", description: "Agents and sandboxes that each orchestrator has found." },
  { name: "config", description: "Limits and policies of the instance." },
  { name: "repository-checks", description: "Looking at a repository before it is used." },
  { name: "sandboxes", description: "What a session reports about itself." },
  { name: "health", description: "Is it there? Two of them need no credential." },
  { name: "mcp", description: "The same operations as tools for agents and editors." },
];
