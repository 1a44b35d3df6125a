import type { Interface } from "node:readline/promises";
import type { CliOperation } from "./catalogue.ts";
import { usage } from "./failure.ts";
import type { Input } from "./request.ts";
import type { Terminal } from "./terminal.ts";

/**
 * Asks before what cannot be undone. Without a terminal nobody can answer: then only --yes does it, so that a script never hangs and
 * never does by accident what a person would have been asked about. Throws VALIDATION_FAILED.
 */
export async function confirm(
  operation: CliOperation,
  input: Input,
  how: { isYes: boolean; terminal: Terminal },
): Promise<void> {
  if (how.isYes) return;
  const what = `${operation.summary}: ${targetOf(operation, input)}`;
  if (!how.terminal.mayAsk) throw usage(`${what}. That cannot be undone; say --yes to do it without a terminal.`);
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${what}. Go on? [y/N] `, { signal: closed(lines) }).catch(() => {
      // Nobody has ended the question's line.
      how.terminal.say("");
      return "";
    });
    if (!/^y(es)?$/i.test(answer.trim())) throw usage("Nothing was changed.");
  } finally {
    lines.close();
  }
}

/** Ctrl-C and Ctrl-D at the question are a no. */
function closed(lines: Interface): AbortSignal {
  const ended = new AbortController();
  lines.once("close", () => ended.abort());
  lines.once("SIGINT", () => process.kill(process.pid, "SIGINT"));
  return ended.signal;
}

/** What it is done to, as the person named it. */
function targetOf({ fields }: CliOperation, input: Input): string {
  const named = fields.flatMap(({ name }) => (input[name] === undefined ? [] : [String(input[name])]));
  return named.length === 0 ? "everything" : named.join(" ");
}
