import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { type Forward, forward } from "./forward.ts";

interface Message {
  id?: string | number;
  method?: string;
  params?: { requestId?: string | number };
}

/**
 * Messages in, one a line; each is asked of the server by itself, so that one that waits holds up nobody. Ends when the input has ended
 * and everything was answered. Nothing is kept between two messages: the server may have been started anew meanwhile.
 */
export async function runBridge(input: Readable, output: Writable, ask: Forward = forward): Promise<void> {
  const underWay = new Map<string | number, AbortController>();
  const pending = new Set<Promise<void>>();
  const say = (message: unknown) => void output.write(`${JSON.stringify(message)}\n`);

  const pass = async (message: Message): Promise<void> => {
    const { id } = message;
    const cancelling = new AbortController();
    if (id !== undefined) underWay.set(id, cancelling);
    const answer = await ask(message, cancelling.signal);
    if (id !== undefined) underWay.delete(id);
    // Who has cancelled a request does not want its answer.
    if (answer !== null && !cancelling.signal.aborted) say(answer);
  };

  output.on("error", () => {});
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === "") continue;
    const message = parsed(line);
    if (message === null) {
      say({ jsonrpc: "2.0", id: null, error: { code: -32700, message: "This line is no JSON message." } });
      continue;
    }
    if (message.method === "notifications/cancelled") underWay.get(message.params?.requestId ?? "")?.abort();
    const work = pass(message).finally(() => pending.delete(work));
    pending.add(work);
  }
  await Promise.all(pending);
}

function parsed(line: string): Message | null {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === "object" && message !== null ? message : null;
  } catch {
    return null;
  }
}
