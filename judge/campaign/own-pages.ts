import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { serveApi } from "../../lib/http/serve.ts";

/** Stands in for server/next-pages.ts in test builds whose bug is in the API: the API alone, from patched sources. */
export interface Pages {
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>;
  handleUpgrade(): void;
}

export function preparePages(port: number): Pages & { ready: Promise<void> } {
  return {
    ready: Promise.resolve(),
    handle: async (request, response) => {
      const answer = await serveApi(toWebRequest(request, port));
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.end(Buffer.from(await answer.arrayBuffer()));
    },
    handleUpgrade: () => {},
  };
}

function toWebRequest(request: IncomingMessage, port: number): Request {
  const hasBody = !["GET", "HEAD"].includes(request.method ?? "GET");
  const headers = Object.entries(request.headers).filter(
    (entry): entry is [string, string] => typeof entry[1] === "string",
  );
  return new Request(`http://127.0.0.1:${port}${request.url}`, {
    method: request.method ?? "GET",
    headers,
    ...(hasBody ? { body: Readable.toWeb(request) as ReadableStream, duplex: "half" } : {}),
  } as RequestInit);
}
