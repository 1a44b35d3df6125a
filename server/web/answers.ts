import { type ServerResponse, STATUS_CODES } from "node:http";
import type { Duplex } from "node:stream";
import type { DomainError } from "@/lib/errors.ts";
import { contentSecurityPolicy, newNonce, securityHeaders } from "./security-headers.ts";

/** The small answers this server gives itself. None is kept by a cache. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("Content-Type", "application/json; charset=utf-8");
  response.writeHead(status).end(JSON.stringify(body));
}

export function answerError(response: ServerResponse, error: DomainError): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  answerJson(response, error.status, error.body);
}

export function answerPage(response: ServerResponse, status: number, html: string): void {
  response.setHeader("Cache-Control", "no-store");
  response.setHeader("Content-Type", "text/html; charset=utf-8");
  response.writeHead(status).end(html);
}

/** 303: whatever was asked, go there with GET. */
export function redirect(response: ServerResponse, path: string): void {
  response.setHeader("Cache-Control", "no-store");
  response.writeHead(303, { Location: path }).end();
}

/** The same answer where there is no response object: a refused upgrade, a request that cannot be parsed. */
export function answerRaw(socket: Duplex, status: number, body: unknown): void {
  socket.on("error", () => {});
  if (!socket.writable) return;
  const text = JSON.stringify(body);
  const headers = {
    ...securityHeaders(contentSecurityPolicy(newNonce(), null)),
    "Cache-Control": "no-store",
    "Content-Type": "application/json; charset=utf-8",
    "Content-Length": String(Buffer.byteLength(text)),
    Connection: "close",
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n${text}`);
}
