import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import type { InboxMessage } from "@/lib/agent/events.ts";
import { createChannel } from "./channel.ts";

export interface Inbox {
  messages: AsyncIterable<InboxMessage>;
  /** Nothing more is told. */
  end(): void;
  /** Looks once more and takes what nobody has read. */
  rest(): InboxMessage[];
}

const pauseMs = 150;

/** Tells each message of the file once, whenever it comes; a last line without its end waits for it. */
export function followInbox(path: string, onUnreadable: (line: string) => void): Inbox {
  const channel = createChannel<InboxMessage>();
  const seen = new Set<string>();
  let readBytes = 0;
  let begun = Buffer.alloc(0);

  const look = () => {
    const bytes = readFrom(path, readBytes);
    if (bytes.length === 0) return;
    readBytes += bytes.length;
    const lines = Buffer.concat([begun, bytes]);
    const end = lines.lastIndexOf(10) + 1;
    begun = lines.subarray(end);
    for (const line of lines.subarray(0, end).toString("utf8").split("\n")) if (line.trim() !== "") take(line);
  };
  const take = (line: string) => {
    const message = parseMessage(line);
    if (message === null) return onUnreadable(line);
    const name = message.kind === "prompt" ? `prompt ${message.promptId}` : `answer ${message.askedAs}`;
    if (seen.has(name)) return;
    seen.add(name);
    channel.push(message);
  };
  const timer = setInterval(look, pauseMs);
  look();

  return {
    messages: channel,
    end() {
      clearInterval(timer);
      channel.end();
    },
    rest() {
      look();
      return channel.drain();
    },
  };
}

function readFrom(path: string, position: number): Buffer {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch {
    return Buffer.alloc(0);
  }
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - position));
    return bytes.subarray(0, bytes.length > 0 ? readSync(descriptor, bytes, 0, bytes.length, position) : 0);
  } catch {
    return Buffer.alloc(0);
  } finally {
    closeSync(descriptor);
  }
}

/** As inboxMessageSchema; by hand, as zod would be a quarter of the driver's memory and time to start. */
function parseMessage(line: string): InboxMessage | null {
  let value: Record<string, unknown>;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (typeof value !== "object" || value === null) return null;
  const { kind, promptId, text, askedAs, decision, message = null, by } = value;
  if (kind === "prompt" && typeof promptId === "string" && typeof text === "string") return { kind, promptId, text };
  if (kind !== "answer" || typeof askedAs !== "string") return null;
  if (decision !== "allow" && decision !== "deny") return null;
  if (by !== "person" && by !== "policy") return null;
  return { kind, askedAs, decision, message: typeof message === "string" ? message : null, by };
}
