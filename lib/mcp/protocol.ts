import { z } from "zod";

/** Versions of the Model Context Protocol that are spoken here, newest first. */
export const protocolVersions = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"] as const;

export const rpcCodes = {
  parseError: -32700,
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
  /** The protocol's own. */
  resourceNotFound: -32002,
} as const;

/** A refusal of the protocol's: not of what was asked for, but of how. */
export class RpcError extends Error {
  constructor(
    readonly code: number,
    message: string,
    readonly data?: unknown,
  ) {
    super(message);
  }
}

/** A request has an id, a notification has none, a response has no method. */
export const messageSchema = z.object({
  jsonrpc: z.literal("2.0"),
  id: z.union([z.string(), z.number()]).optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
});
export type Message = z.infer<typeof messageSchema>;

export interface Answer {
  jsonrpc: "2.0";
  id: string | number | null;
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

export const failed = (id: Answer["id"], { code, message, data }: RpcError): Answer => ({
  ...{ jsonrpc: "2.0", id },
  error: { code, message, ...(data === undefined ? {} : { data }) },
});
