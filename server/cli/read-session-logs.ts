import type { LogPage, Session } from "@/lib/session/schema.ts";
import { type CliOperation, catalogue } from "./catalogue.ts";
import { createLogCleaner } from "./clean-log.ts";
import { enduring } from "./endurance.ts";
import { jsonText } from "./json-text.ts";
import type { Client, Input } from "./request.ts";
import type { Terminal } from "./terminal.ts";
import { createTranscript } from "./transcript-text.ts";

interface Reading {
  client: Client;
  operation: CliOperation;
  input: Input;
  terminal: Terminal;
  isJson: boolean;
  isFollowing: boolean;
}

const waitSeconds = 20;

/**
 * Prints a session's output from `after` on: all there is, or with --follow until it has ended, over restarts of the server.
 * To a pipe come the bytes as they are, to a terminal text and colour. Answers the exit code: 1 when what was followed failed.
 */
export async function readSessionLogs(reading: Reading): Promise<number> {
  const { client, operation, terminal, isFollowing } = reading;
  const print = await printer(reading);
  const endure = enduring(terminal);
  let after = Number(reading.input.after ?? 0);
  for (;;) {
    const input = { ...reading.input, after, ...(isFollowing ? { waitSeconds } : {}) };
    const ask = () => client.call<LogPage>(operation, input);
    const page = isFollowing ? await endure(ask) : await ask();
    print.page(page);
    const isAll = page.isComplete || (!isFollowing && page.nextOffset === after);
    after = page.nextOffset;
    if (isAll) break;
  }
  print.end();
  return isFollowing ? endure(() => exitCodeOf(reading)) : 0;
}

/** For people an agent's session is a transcript, a command's its output; for a pipe both are what they are. */
async function printer(reading: Reading) {
  const { terminal, isJson } = reading;
  const cleaner = createLogCleaner();
  const isTranscript = terminal.isInteractive && !isJson && (await sessionOf(reading)).isTranscript;
  const shown = isTranscript
    ? createTranscript(terminal)
    : terminal.isInteractive
      ? cleaner.feed
      : (text: string) => text;
  return {
    page(page: LogPage) {
      if (isJson) return page.items.length > 0 || page.isComplete ? terminal.out(`${jsonText(page)}\n`) : undefined;
      if (page.removedAt !== null) terminal.say(`The output was removed at ${page.removedAt}.`);
      for (const { text } of page.items) terminal.out(shown(text));
    },
    end: () => terminal.out(cleaner.end()),
  };
}

async function exitCodeOf(reading: Reading): Promise<number> {
  const { terminal } = reading;
  const { taskKey, attempt, status, reason } = await sessionOf(reading);
  if (terminal.showsProgress)
    terminal.say(`${taskKey}/${attempt} ended: ${status}${reason === null ? "" : ` (${reason})`}`);
  return status === "SUCCEEDED" ? 0 : 1;
}

const sessionOf = ({ client, input }: Reading): Promise<Session> =>
  client.call<Session>(catalogue.find(({ name }) => name === "session.get")!, { sessionId: input.sessionId });
