import { setTimeout as sleep } from "node:timers/promises";
import type { CliOperation } from "./catalogue.ts";
import { eventColumns, type JournalRow } from "./columns.ts";
import { enduring } from "./endurance.ts";
import { jsonText } from "./json-text.ts";
import type { Client, Input } from "./request.ts";
import { table } from "./table.ts";
import type { Terminal } from "./terminal.ts";

interface Page {
  items: JournalRow[];
  lastSeq: number;
  isGapped: boolean;
}
interface Following {
  client: Client;
  operation: CliOperation;
  input: Input;
  terminal: Terminal;
  isJson: boolean;
}

const pollMs = 1_000;
const pageSize = 200;

/**
 * The journal as it grows, each event once and in order: the next page begins after the last seq that was printed, so nothing is
 * missed while the server is away. Without --after or --cursor it begins with what happens from now on. Ends by Ctrl-C alone.
 */
export async function followEvents({ client, operation, input, terminal, isJson }: Following): Promise<never> {
  const endure = enduring(terminal);
  // A cursor goes before `after`, and would have the same page come again and again.
  const { cursor, ...filter } = input;
  const ask = (more: Input) => endure(() => client.call<Page>(operation, { ...filter, ...more }));
  let after = Number(cursor ?? input.after ?? (await ask({ limit: 1, order: "desc" })).lastSeq);
  let gapAt: number | null = null;
  for (;;) {
    const { items, isGapped } = await ask({ after, limit: pageSize, order: "asc" });
    if (isGapped && gapAt !== after) terminal.say("Events before these are no longer kept.");
    if (isGapped) gapAt = after;
    if (items.length > 0) terminal.out(isJson ? jsonLines(items) : `${withoutTitles(items, terminal)}\n`);
    // Not lastSeq: it was read after the items and may be beyond an event that is not among them.
    after = items.at(-1)?.seq ?? after;
    if (items.length < pageSize) await sleep(pollMs);
  }
}

const jsonLines = (items: readonly JournalRow[]): string => items.map((item) => `${jsonText(item)}\n`).join("");

/** Titles again and again would stand between the lines. */
const withoutTitles = (items: readonly JournalRow[], terminal: Terminal): string =>
  table(eventColumns, items, terminal).split("\n").slice(1).join("\n");
