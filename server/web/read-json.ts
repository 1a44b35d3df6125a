import type { IncomingMessage } from "node:http";
import { DomainError } from "@/lib/errors.ts";

/**
 * A small JSON body. A form of another site cannot send this content type (S-06).
 * Throws UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE, MALFORMED_BODY.
 */
export async function readJson(request: IncomingMessage, maxBytes = 4096): Promise<unknown> {
  if (!/^application\/json\s*(;|$)/i.test(request.headers["content-type"] ?? "")) {
    throw new DomainError("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json.");
  }
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBytes) throw new DomainError("PAYLOAD_TOO_LARGE", `The body may hold ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch {
    throw new DomainError("MALFORMED_BODY", "The body is not valid JSON.");
  }
}
