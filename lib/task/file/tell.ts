import type { Tx } from "@/lib/db.ts";
import type { Session, SessionPrompt } from "@/lib/generated/prisma/client.ts";
import { fenced } from "@/lib/task/file/fences.ts";
import { statusWord } from "@/lib/task/file/status-word.ts";
import type { Told } from "@/lib/task/file/write.ts";
import { keyOf, type TaskRow } from "@/lib/task/find.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";

const sessionsMax = 50;
const logLines = 20;
const logBytes = 4096;

/** What a file tells of its card: status, sessions with what was said to them, the end of the last one's output, the result. */
export async function tellOf(tx: Tx, task: TaskRow): Promise<Told> {
  const told = { key: keyOf(task), status: statusWord(task.status as TaskStatus), attempts: task.attempts };
  if (task.attempts === 0) return { ...told, sessions: "", log: "" };
  const sessions = await tx.session.findMany({
    where: { taskId: task.id },
    orderBy: { attempt: "desc" },
    take: sessionsMax,
    include: { prompts: { orderBy: { id: "asc" } } },
  });
  const last = sessions.find(({ endedAt }) => endedAt !== null);
  const log = [last ? await endOfLog(tx, last) : "", resultOf(task)].filter(Boolean).join("\n\n");
  return { ...told, sessions: sessions.map(sessionText).join("\n"), log };
}

type SessionRow = Session & { prompts: SessionPrompt[] };

function sessionText({
  attempt,
  agent,
  status,
  startedAt,
  endedAt,
  message,
  branch,
  resultCommit,
  costUsd,
  prompts,
}: SessionRow): string {
  const facts = [
    `Attempt ${attempt}`,
    agent,
    status.toLowerCase().replaceAll("_", " "),
    endedAt === null ? `since ${timeOf(startedAt)}` : `${timeOf(startedAt)} to ${timeOf(endedAt)}`,
    ...(resultCommit === null ? [] : [`${branch} at ${resultCommit.slice(0, 12)}`]),
    ...(costUsd === null ? [] : [`${costUsd.toFixed(2)} USD`]),
  ];
  const said = prompts.map(
    ({ author, text, createdAt }) => `  - ${(author as { name: string }).name}, ${timeOf(createdAt)}:\n${quote(text)}`,
  );
  return [`- ${facts.join(" · ")}`, ...(message ? [quote(message)] : []), ...said].join("\n");
}

const quote = (text: string) =>
  plain(text)
    .split("\n")
    .map((line) => `    > ${line}`.trimEnd())
    .join("\n");
const timeOf = (time: Date) => `${time.toISOString().slice(0, 16).replace("T", " ")} UTC`;

async function endOfLog(tx: Tx, { id, attempt }: Session): Promise<string> {
  const chunks = await tx.logChunk.findMany({ where: { sessionId: id }, orderBy: { offset: "desc" }, take: 8 });
  const bytes = Buffer.concat(chunks.toReversed().map((chunk) => chunk.bytes));
  const lines = plain(bytes.subarray(-logBytes).toString("utf8")).trimEnd().split("\n").slice(-logLines);
  return lines.join("").trim() === "" ? "" : `The end of attempt ${attempt}'s output:\n\n${fenced(lines.join("\n"))}`;
}

function resultOf({ result, resultBranch, resultCommit }: TaskRow): string {
  const where =
    resultBranch === null
      ? ""
      : `Result: ${resultBranch}${resultCommit === null ? "" : ` at ${resultCommit.slice(0, 12)}`}`;
  const report =
    result === null || result === ""
      ? ""
      : plain(typeof result === "string" ? result : JSON.stringify(result, null, 2));
  return [where, report && quote(report.slice(0, logBytes))].filter(Boolean).join("\n\n");
}

/** Without colours and other signs to a terminal. */
const plain = (text: string) =>
  text
    .replaceAll("\r\n", "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    .replaceAll(/\x1b\[[0-9;?]*[ -/]*[@-~]|[\0-\x08\x0b-\x1f\x7f]/g, "");
