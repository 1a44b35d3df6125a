import { v7 as uuid } from "uuid";
import { type Actor, actorSchema, system } from "@/lib/actor.ts";
import { takeAnswer } from "@/lib/chat/asking/dialogue.ts";
import { type Dialogue, dialogueSchema } from "@/lib/chat/asking/next-step.ts";
import { parseCommand, suggestCommand } from "@/lib/chat/command.ts";
import { askingSchema, type ChatMessage } from "@/lib/chat/contract.ts";
import { runCommand, type Spoken } from "@/lib/chat/run-command.ts";
import type { Tx } from "@/lib/db.ts";
import { DomainError } from "@/lib/errors.ts";
import type { ChatMessage as ChatRow } from "@/lib/generated/prisma/client.ts";
import { attempt, record } from "@/lib/journal.ts";
import { findProject, lockProject, type ProjectRow } from "@/lib/project/find.ts";
import { cursorId } from "@/lib/session/session.ts";

/** Takes in a line, does what it says when it is a command, and answers. A refused command answers why; the line stays. */
export async function postChat(tx: Tx, input: { projectId: string; text: string }, actor: Actor) {
  const project = await lockProject(tx, input.projectId);
  const message = await tx.chatMessage.create({
    data: { id: uuid(), projectId: project.id, kind: "message", author: actor, text: input.text },
  });
  record(tx, {
    streamId: project.id,
    type: "CHAT_POSTED",
    entityType: "chat",
    entityId: message.id,
    actor,
    payload: { text: input.text },
  });
  const spoken = await answerTo(tx, { project, message, text: input.text, actor });
  return { message: viewMessage(message), reply: spoken === null ? null : await reply(tx, message, spoken) };
}

export async function listChat(tx: Tx, query: { projectId: string; limit: number; cursor?: string | undefined }) {
  const project = await findProject(tx, query.projectId);
  const rows = await tx.chatMessage.findMany({
    where: { projectId: project.id, ...(query.cursor ? { id: { lt: cursorId(query.cursor) } } : {}) },
    orderBy: { id: "desc" },
    take: query.limit + 1,
  });
  const page = rows.slice(0, query.limit);
  return { items: page.map(viewMessage), nextCursor: rows.length > query.limit ? page.at(-1)!.id : null };
}

interface Said {
  project: ProjectRow;
  message: ChatRow;
  text: string;
  actor: Actor;
}

async function answerTo(tx: Tx, said: Said): Promise<Spoken | null> {
  const command = parseCommand(said.text);
  if (command === null) return answerToPlainWords(tx, said);
  if ("unknown" in command) {
    return {
      text: `There is no command /${command.unknown}. Did you mean \`/${command.nearest}\`? \`/help\` lists them all.`,
      taskIds: [],
    };
  }
  return attemptCommand(tx, () => runCommand(tx, { command, project: said.project, actor: said.actor }));
}

/** An answer, where this person was asked something; else a plain request is offered as a command. */
async function answerToPlainWords(tx: Tx, said: Said): Promise<Spoken | null> {
  const dialogue = await openDialogue(tx, said);
  if (dialogue !== null) return takeAnswer(tx, dialogue, said);
  const suggestion = suggestCommand(said.text);
  return suggestion === null ? null : { text: `Did you mean \`${suggestion}\`?`, taskIds: [] };
}

/** What the last thing this person said was answered with, if that is a question. What others have said since does not count. */
async function openDialogue(tx: Tx, { project, message, actor }: Said): Promise<Dialogue | null> {
  const isTheirs = {
    AND: (["type", "id"] as const).map((name) => ({ author: { path: [name], equals: actor[name] } })),
  };
  const before = await tx.chatMessage.findFirst({
    where: { projectId: project.id, kind: "message", id: { lt: message.id }, ...isTheirs },
    orderBy: { id: "desc" },
    select: { id: true },
  });
  if (before === null) return null;
  const answer = await tx.chatMessage.findFirst({
    where: { projectId: project.id, replyToId: before.id, id: { gt: before.id, lt: message.id } },
    select: { asking: true },
  });
  return dialogueSchema.safeParse(answer?.asking).data ?? null;
}

async function attemptCommand(tx: Tx, run: () => Promise<Spoken>): Promise<Spoken> {
  try {
    return await attempt(tx, run);
  } catch (thrown) {
    if (thrown instanceof DomainError) return { text: thrown.message, taskIds: [] };
    throw thrown;
  }
}

async function reply(tx: Tx, to: ChatRow, spoken: Spoken): Promise<ChatMessage> {
  const row = await tx.chatMessage.create({
    data: {
      id: uuid(),
      projectId: to.projectId,
      kind: "reply",
      author: system,
      text: spoken.text,
      replyToId: to.id,
      taskIds: spoken.taskIds,
      ...(spoken.asking ? { asking: spoken.asking } : {}),
    },
  });
  record(tx, {
    streamId: to.projectId,
    type: "CHAT_ANSWERED",
    entityType: "chat",
    entityId: row.id,
    actor: system,
    payload: { text: spoken.text, replyToId: to.id, taskIds: spoken.taskIds },
  });
  return viewMessage(row);
}

function viewMessage(row: ChatRow): ChatMessage {
  return {
    id: row.id,
    projectId: row.projectId,
    kind: row.kind as ChatMessage["kind"],
    author: actorSchema.parse(row.author),
    text: row.text,
    replyToId: row.replyToId,
    taskIds: row.taskIds,
    asking: askingSchema.safeParse(row.asking).data ?? null,
    createdAt: row.createdAt.toISOString(),
  };
}
