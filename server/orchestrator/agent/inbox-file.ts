import { constants } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { type InboxMessage, inboxMessageSchema } from "@/lib/agent/events.ts";

const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;

/** Appends messages to a session's inbox, whole lines in one write. A line that a predecessor left half written is ended first. */
export async function appendToInbox(path: string, messages: readonly InboxMessage[]): Promise<void> {
  const file = await open(path, flags, 0o600);
  try {
    const { size } = await file.stat();
    const last = Buffer.alloc(1, "\n");
    if (size > 0) await file.read(last, 0, 1, size - 1);
    const lines = messages.map((message) => `${JSON.stringify(message)}\n`).join("");
    await file.appendFile(`${last.toString() === "\n" ? "" : "\n"}${lines}`);
  } finally {
    await file.close();
  }
}

/** Names what stands in an inbox whole, as `nameOf` does. */
export async function readInboxNames(path: string): Promise<Set<string>> {
  const text = await readFile(path, "utf8").catch(() => "");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  return new Set(whole.split("\n").flatMap((line) => nameIn(line) ?? []));
}

/** A message is the same however often it is appended: a prompt by its id, an answer by what it answers. */
export const nameOf = (message: InboxMessage): string =>
  message.kind === "prompt" ? `prompt ${message.promptId}` : `answer ${message.askedAs}`;

function nameIn(line: string): string | null {
  try {
    return nameOf(inboxMessageSchema.parse(JSON.parse(line)));
  } catch {
    return null;
  }
}
