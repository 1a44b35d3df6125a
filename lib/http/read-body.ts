import { DomainError } from "@/lib/errors.ts";

const maxBodyBytes = 8 * 1024 * 1024;

/** The text of a JSON body, bounded before anybody parses it; empty: there was none. Throws PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE. */
export async function readJsonText(request: Request): Promise<string> {
  const text = request.body === null ? "" : await readText(request.body as unknown as AsyncIterable<Uint8Array>);
  if (text === "" || /^application\/json\s*(;|$)/i.test(request.headers.get("content-type") ?? "")) return text;
  throw new DomainError("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json.");
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new DomainError("MALFORMED_BODY", "The body is not valid JSON.");
  }
}

async function readText(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > maxBodyBytes)
      throw new DomainError("PAYLOAD_TOO_LARGE", `A body may hold ${maxBodyBytes} bytes.`, {
        limitBytes: maxBodyBytes,
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}
