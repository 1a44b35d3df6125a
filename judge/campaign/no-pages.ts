import type { IncomingMessage, ServerResponse } from "node:http";

/** Stands in for server/next-pages.ts where nobody looks at a page: there is none, and the product starts faster. */
export interface Pages {
  handle(request: IncomingMessage, response: ServerResponse): void;
  handleUpgrade(): void;
}

export function preparePages(): Pages & { ready: Promise<void> } {
  return {
    ready: Promise.resolve(),
    handle: (_request, response) => {
      response.writeHead(404).end();
    },
    handleUpgrade: () => {},
  };
}
