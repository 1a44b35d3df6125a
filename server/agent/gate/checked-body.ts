import type { IncomingMessage } from "node:http";
import type { Reach } from "./reach.ts";
import { readShape, type Shape } from "./request-shape.ts";

/** More than any provider takes in one request. */
const bodyMaxBytes = 64 * 1024 * 1024;

interface Checked {
  body: Buffer;
  /** In place of those that came: nobody is to read it as anything else. */
  headers: Record<string, string>;
}

interface Refused {
  status: number;
  /** What it asks the provider for, where that is why. */
  what?: string;
  why: string;
}

const reachesOut =
  "The model's provider would reach out for the session, past what the project's network lets out; the gate passes it on only where that is “host”.";

/**
 * The body of a request from a session that is confined, once it is known not to have the provider reach out for it. What cannot be read
 * is not passed on: the provider might read it after all. Null: whoever sent it has given up.
 */
export async function checkedBody(request: IncomingMessage, reach: Reach): Promise<Checked | Refused | null> {
  const encoding = request.headers["content-encoding"] ?? "identity";
  if (encoding !== "identity") return { status: 415, why: "A request's body is read here: it may not be compressed." };
  const body = Number(request.headers["content-length"] ?? 0) > bodyMaxBytes ? "too large" : await wholeBody(request);
  if (body === null) return null;
  if (body === "too large") return { status: 413, why: `A request holds ${bodyMaxBytes >> 20} MiB at most.` };
  const shape = shapeOf(body);
  if (shape === null) return { status: 400, why: "The body of a request is one JSON value, each name in it once." };
  const what = reach(shape.value);
  // 400 and not 403: agents take that for a matter of the key.
  if (what !== null) return { status: 400, what, why: reachesOut };
  return { body, headers: { "content-type": "application/json", "content-length": String(body.length) } };
}

/** What is too large is read on, and kept nowhere: who still speaks would not hear the answer. Null: the sender has given up. */
function wholeBody(request: IncomingMessage): Promise<Buffer | "too large" | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= bodyMaxBytes) return void chunks.push(chunk);
      chunks.length = 0;
      resolve("too large");
    });
    request.once("end", () => resolve(Buffer.concat(chunks)));
    request.once("close", () => resolve(null));
  });
}

function shapeOf(body: Buffer): { value: Shape } | null {
  try {
    return { value: readShape(body) };
  } catch {
    return null;
  }
}

/** Words of consent to the same. Without what they are for they are of no use, and none of them is needed to ask a model. */
export function withoutReach({ "anthropic-beta": beta, ...headers }: Record<string, string | string[]>) {
  if (typeof beta !== "string") return headers;
  const kept = beta
    .split(",")
    .map((word) => word.trim())
    .filter((word) => !/^(mcp-client|web-fetch|web-search|code-execution|files-api|skills)-/.test(word));
  return kept.length === 0 ? headers : { ...headers, "anthropic-beta": kept.join(",") };
}
