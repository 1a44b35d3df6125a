import type { IncomingMessage } from "node:http";

/** Whether the library behind us will accept the handshake: what it refuses, it refuses without our headers. */
export function isWebSocketHandshake({ method, headers }: IncomingMessage): boolean {
  const version = headers["sec-websocket-version"];
  return (
    method === "GET" &&
    headers.upgrade?.toLowerCase() === "websocket" &&
    /^[+/0-9A-Za-z]{22}==$/.test(headers["sec-websocket-key"] ?? "") &&
    (version === "13" || version === "8")
  );
}
