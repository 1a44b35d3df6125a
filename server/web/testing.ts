import { randomUUID } from "node:crypto";
import { request as httpRequest, type IncomingHttpHeaders, type OutgoingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { afterAll, beforeAll } from "vitest";
import { db } from "@/lib/db.ts";
import { env, newSecret } from "@/lib/env.ts";
import { hashToken } from "@/lib/sandbox/sandbox.ts";
import { exchangeLogin, issueLoginCode } from "@/lib/token/token.ts";
import { createGateway } from "../gateway.ts";
import { createWebServer, type WebServer, type WebServerParts } from "../web-server.ts";

/** For tests: the real server with a stand-in for Next, and requests that send exactly what they are told. */

export const ownerToken = "a".repeat(43);

export interface Asked {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
}

export interface Served {
  port: number;
  web: WebServer;
  /** What got through the guard to the pages. */
  asked: Asked[];
}

type Overrides = Partial<WebServerParts>;

/** A server for the tests of a file. Its pages note what they are asked and answer 200. */
export function serveDuringTests(overrides: Overrides = {}): Served {
  const served = { asked: [] as Asked[] } as Served;
  beforeAll(async () => {
    Object.assign(env, { RUNBOARD_TOKEN: ownerToken });
    Object.assign(served, await startWebServer(overrides, served.asked));
  });
  afterAll(() => served.web.stop(0));
  return served;
}

export async function startWebServer(overrides: Overrides = {}, asked: Asked[] = []): Promise<Served> {
  const web = createWebServer({
    allowedHosts: [],
    gateway: createGateway({ listen: silence }),
    handlePage: (request, response) => {
      asked.push({ method: request.method!, url: request.url!, headers: request.headers });
      response.end("page");
    },
    ...overrides,
  });
  return { web, asked, port: await web.listen(0, "127.0.0.1") };
}

/** A database that gives no hints. */
export const silence = () => ({ close: async () => {} });

export interface Reply {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

export interface Ask {
  method?: string;
  path?: string;
  headers?: OutgoingHttpHeaders | string[];
  body?: string;
}

/** One request on a connection of its own. Upgrades that succeed resolve with 101. */
export function ask(port: number, { method = "GET", path = "/", headers = {}, body }: Ask): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const setHost = Array.isArray(headers) ? false : undefined;
    const options = {
      port,
      host: "127.0.0.1",
      method,
      path,
      headers,
      agent: false,
      ...(setHost === undefined ? {} : { setHost }),
    };
    const request = httpRequest(options, async (response) => {
      let text = "";
      for await (const chunk of response) text += chunk;
      resolve({ status: response.statusCode!, headers: response.headers, text });
    });
    request.on("upgrade", (response, socket) => {
      socket.destroy();
      resolve({ status: 101, headers: response.headers, text: "" });
    });
    request.on("error", reject);
    // Framed for every method, so that a body never reads like a request of its own.
    if (body !== undefined) request.setHeader("content-length", Buffer.byteLength(body));
    request.end(body);
  });
}

/** Bytes as they are, for what no client library would send; the whole answer as text. */
export function askRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => {
      answer += chunk;
    });
    socket.on("close", () => resolve(answer));
    socket.on("error", reject);
  });
}

export const asOwner = { authorization: `Bearer ${ownerToken}` };

/** The Cookie header of a browser that has signed in. */
export async function signedIn(): Promise<{ cookie: string }> {
  const login = await exchangeLogin(await issueLoginCode());
  return { cookie: `runboard_session=${login!.cookie}` };
}

/** A token for programs, with its row. */
export async function newApiToken(): Promise<{ id: string; token: string }> {
  const [id, token] = [randomUUID(), newSecret()];
  await db().apiToken.create({ data: { id, kind: "API", name: "a program", hash: hashToken(token) } });
  return { id, token };
}

export const webSocketHeaders = {
  connection: "Upgrade",
  upgrade: "websocket",
  "sec-websocket-version": "13",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
};
