import { createServer, type IncomingHttpHeaders, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";

/** For tests: somebody else at the port where Runboard was. */

export interface Liar {
  url: string;
  port: number;
  /** What it was told, request by request. */
  heard: { path: string; headers: IncomingHttpHeaders }[];
  /** Whether anybody gave it a token. */
  hasToken(): boolean;
  stop(): Promise<void>;
}

/** Whoever else listens where Runboard did. It answers what an older Runboard would, unless it is told to do otherwise. */
export async function startLiar(
  lie: RequestListener = (_, response) => void response.end('{"status":"ok","items":[],"nextCursor":null,"lastSeq":0}'),
  { port = 0, host = "127.0.0.1" } = {},
): Promise<Liar> {
  const heard: Liar["heard"] = [];
  const http = createServer((request, response) => {
    heard.push({ path: request.url!, headers: request.headers });
    lie(request, response);
  });
  await new Promise<void>((resolve, reject) => http.once("error", reject).listen(port, host, resolve));
  const at = (http.address() as AddressInfo).port;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${at}`,
    port: at,
    heard,
    hasToken: () => heard.some(({ headers }) => headers.authorization !== undefined),
    stop: async () => {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
}
