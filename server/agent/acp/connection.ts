import type { Writable } from "node:stream";

/** An agent's refusal of a request, as JSON-RPC tells it. */
export class RequestFailed extends Error {
  constructor(
    message: string,
    readonly code: number,
    readonly data: unknown,
  ) {
    super(message);
  }
}

/** The agent ended, or closed its output, before it answered. */
export class ConnectionClosed extends Error {}

export interface Connection {
  request<Result>(method: string, params: object): Promise<Result>;
  notify(method: string, params: object): void;
  /** Resolves when nothing more will come. */
  closed: Promise<void>;
}

export interface Handlers {
  /** Of the agent to us. What it throws is told to the agent. */
  onRequest(method: string, params: unknown, id: RequestId): Promise<unknown>;
  onNotification(method: string, params: unknown): void;
  /** A line that is not of the protocol. */
  onNoise(line: string): void;
}
export type RequestId = string | number;

interface Message {
  id?: RequestId | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code?: number; message?: string; data?: unknown };
}

interface Waiting {
  resolve(result: unknown): void;
  reject(error: Error): void;
}

export const methodNotFound = -32601;
const internalError = -32603;

/** JSON-RPC 2.0, one message a line, both ways: all that the Agent Client Protocol needs of a transport. */
export function connect(
  { stdin, lines }: { stdin: Writable; lines: AsyncIterable<string> },
  handlers: Handlers,
): Connection {
  const waiting = new Map<RequestId, Waiting>();
  let lastId = 0;
  let isClosed = false;
  const send = (message: object) => void stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);

  const serve = async (id: RequestId, { method = "", params }: Message) => {
    try {
      send({ id, result: await handlers.onRequest(method, params, id) });
    } catch (thrown) {
      const { message, code = internalError } = thrown as Partial<RequestFailed>;
      send({ id, error: { code, message } });
    }
  };
  const settle = ({ id, result, error }: Message) => {
    const asker = waiting.get(id ?? "");
    waiting.delete(id ?? "");
    if (error === undefined) return asker?.resolve(result ?? {});
    asker?.reject(
      new RequestFailed(error.message ?? "It refused without a word.", error.code ?? internalError, error.data),
    );
  };
  const take = (line: string) => {
    const message = parse(line);
    if (message === null) return handlers.onNoise(line);
    const { id, method, params } = message;
    if (method === undefined) return settle(message);
    if (id === undefined || id === null) return handlers.onNotification(method, params);
    void serve(id, message);
  };
  const closed = (async () => {
    for await (const line of lines) if (line.trim() !== "") take(line);
    isClosed = true;
    for (const { reject } of waiting.values()) reject(new ConnectionClosed("It ended before it answered."));
  })();

  return {
    closed,
    notify: (method, params) => send({ method, params }),
    request<Result>(method: string, params: object) {
      if (isClosed) return Promise.reject(new ConnectionClosed("It has ended."));
      const id = ++lastId;
      return new Promise<Result>((resolve, reject) => {
        waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
        send({ id, method, params });
      });
    },
  };
}

function parse(line: string): Message | null {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === "object" && message !== null && !Array.isArray(message) ? message : null;
  } catch {
    return null;
  }
}
