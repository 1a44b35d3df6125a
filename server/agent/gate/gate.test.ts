import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Server as TcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { eventually } from "../../sandbox/eventually.ts";
import type { GateKey } from "./credentials.ts";
import { type Gate, openGate } from "./gate.ts";
import type { Network } from "./tunnel.ts";

const token = "token-of-the-session";
const realKey: GateKey = { kind: "apiKey", value: "the-real-key" };

let provider: Server;
let received: { url: string; method: string; headers: IncomingMessage["headers"]; body: string }[];
let answerWith: (request: IncomingMessage, response: ServerResponse) => void;
let notices: string[];
let gates: Gate[];

beforeEach(async () => {
  received = [];
  notices = [];
  gates = [];
  answerWith = (_, response) => void response.end("answered");
  provider = createServer(async (incoming, response) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    received.push({ url: incoming.url!, method: incoming.method!, headers: incoming.headers, body });
    answerWith(incoming, response);
  });
  await new Promise<void>((resolve) => provider.listen(0, "127.0.0.1", resolve));
});
afterEach(() => {
  for (const gate of gates) gate.close();
  provider.close();
  provider.closeAllConnections();
});

const portOf = (server: Server | TcpServer) => (server.address() as AddressInfo).port;

interface Opened {
  key?: GateKey | null;
  allowedHosts?: string[];
  network?: Network;
  socket?: string;
  path?: string;
}
async function open({ key = realKey, allowedHosts = [], network, socket, path = "" }: Opened = {}): Promise<Gate> {
  const relay = socket === undefined ? null : { port: 4123, socket };
  const plan = { relay, upstream: `http://127.0.0.1:${portOf(provider)}${path}`, token, allowedHosts };
  const gate = await openGate({ plan, key, onNotice: (text) => notices.push(text), ...(network ? { network } : {}) });
  gates.push(gate);
  return gate;
}

interface Ask {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  socketPath?: string;
}
/** By node:http, which sends a path as it is given. */
function ask(gate: Gate, given: Ask = {}): Promise<{ status: number; text: string }> {
  const { path = "/v1/messages", method = "POST", headers = { "x-api-key": token }, body = "", socketPath } = given;
  const where = socketPath ? { socketPath } : { host: "127.0.0.1", port: new URL(gate.url).port };
  return new Promise((resolve, reject) => {
    const asking = request({ ...where, path, method, headers }, (response) => {
      let text = "";
      response.on("data", (chunk) => {
        text += chunk;
      });
      response.on("end", () => resolve({ status: response.statusCode!, text }));
    });
    asking.on("error", reject).end(body);
  });
}

/** Whatever is written, and all that comes back until the gate closes or has said something. */
function say(gate: Gate, text: string): Promise<string> {
  return new Promise((resolve) => {
    let heard = "";
    const socket = connect({ host: "127.0.0.1", port: Number(new URL(gate.url).port) }, () => socket.write(text));
    socket.on("data", (chunk) => {
      heard += chunk;
      if (heard.includes("\r\n\r\n")) socket.end();
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(heard));
  });
}
const proxyAuthorization = `Basic ${Buffer.from(`runboard:${token}`).toString("base64")}`;
const connectTo = (host: string, authorization = proxyAuthorization) =>
  `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\nProxy-Authorization: ${authorization}\r\n\r\n`;

describe("to the model's API", () => {
  test("swaps the session's token for the real key, wherever it stood, and keeps the rest", async () => {
    const gate = await open();
    const headers = { "x-api-key": token, "anthropic-beta": "a,b", "anthropic-version": "2023-06-01", cookie: "c=1" };
    expect(await ask(gate, { path: "/v1/messages?beta=true", headers, body: '{"a":1}' })).toEqual({
      status: 200,
      text: "answered",
    });
    expect(received[0]).toMatchObject({ url: "/v1/messages?beta=true", method: "POST", body: '{"a":1}' });
    expect(received[0]?.headers).toMatchObject({ "x-api-key": "the-real-key", "anthropic-beta": "a,b" });
    expect(received[0]?.headers.cookie).toBeUndefined();
    await ask(gate, { headers: { authorization: `Bearer ${token}` } });
    expect(received[1]?.headers).toMatchObject({ "x-api-key": "the-real-key" });
    expect(JSON.stringify(received)).not.toContain(token);
  });

  test("a token of the operator is sent as a bearer; a subscription's with its word of consent", async () => {
    await ask(await open({ key: { kind: "authToken", value: "auth" } }));
    expect(received[0]?.headers).toMatchObject({ authorization: "Bearer auth" });
    expect(received[0]?.headers["x-api-key"]).toBeUndefined();
    const gate = await open({ key: { kind: "oauthToken", value: "oauth" } });
    await ask(gate, { headers: { "x-api-key": token, "anthropic-beta": "a" } });
    expect(received[1]?.headers).toMatchObject({
      authorization: "Bearer oauth",
      "anthropic-beta": "a,oauth-2025-04-20",
    });
  });

  test.each([
    ["no token", {}],
    ["another token", { "x-api-key": "token-of-another-session" }],
    ["a part of it", { "x-api-key": token.slice(0, -1) }],
    ["more than it", { authorization: `Bearer ${token}x` }],
    ["the real key", { "x-api-key": "the-real-key" }],
    ["an empty one", { "x-api-key": "" }],
  ])("%s is refused", async (_, headers) => {
    expect((await ask(await open(), { headers })).status).toBe(401);
    expect(received).toEqual([]);
  });

  test("without a key of the operator it says so", async () => {
    const { status, text } = await ask(await open({ key: null }));
    expect([status, JSON.parse(text).error.type]).toEqual([401, "authentication_error"]);
    expect(received).toEqual([]);
  });

  test.each([
    ...[
      "/",
      "/v2/messages",
      "/api/hello",
      "/v1",
      "//v1/messages",
      "/v1/../admin",
      "/v1/%2e%2e/admin",
      "/v1/..%2fadmin",
    ],
    ...["/v1/.;/x", "/v1/..;x/admin", "/v1\\..\\admin", "/v1/x%5c..", "/v1//messages", "/v1/%00", "*", "/V1/messages"],
    // What the key opens besides.
    ...["/v1/messages/batches", "/v1/files", "/v1/files/file_1/content", "/v1/complete", "/v1/organizations/users"],
    ...[
      "/v1/skills",
      "/v1/messages/",
      "/v1/messages/count_tokens/x",
      "/v1/models/a/b",
      "/v1/environments",
      "/v1/sessions",
    ],
  ])("%s is not of the API", async (path) => {
    expect((await ask(await open(), { path })).status).toBe(404);
    expect(received).toEqual([]);
  });

  test.each(["PUT", "PATCH", "OPTIONS", "TRACE", "PROPFIND", "PURGE", "GET", "HEAD", "DELETE"])(
    "%s is not of the API",
    async (method) => {
      expect((await ask(await open(), { method })).status).toBe(405);
      expect(received).toEqual([]);
    },
  );

  test("what there is of models may be looked up, and changed by nobody", async () => {
    const gate = await open();
    const asked = ["/v1/models", "/v1/models?limit=1000", "/v1/models/claude-opus-4-5"];
    for (const path of asked) expect((await ask(gate, { path, method: "GET" })).status).toBe(200);
    for (const method of ["POST", "DELETE"])
      expect((await ask(gate, { path: "/v1/models/claude-opus-4-5", method })).status).toBe(405);
    const headers = { "x-api-key": token, "x-http-method-override": "DELETE" };
    await ask(gate, { path: "/v1/models", method: "GET", headers });
    expect(received.map(({ url }) => url)).toEqual([...asked, "/v1/models"]);
    expect(received.at(-1)?.headers["x-http-method-override"]).toBeUndefined();
  });

  test("streams both ways", async () => {
    answerWith = (_, response) => {
      response.write("first");
      setTimeout(() => response.end("last"), 50).unref();
    };
    const gate = await open();
    const asking = request({ host: "127.0.0.1", port: new URL(gate.url).port, path: "/v1/messages", method: "POST" });
    asking.setHeader("authorization", `Bearer ${token}`);
    asking.write("one ");
    asking.end("two");
    const chunks = await new Promise<string[]>((resolve) => {
      asking.on("response", (response) => {
        const seen: string[] = [];
        response.on("data", (chunk) => seen.push(String(chunk))).on("end", () => resolve(seen));
      });
    });
    expect(chunks).toEqual(["first", "last"]);
    expect(received[0]?.body).toBe("one two");
  });

  test("follows no redirect, and keeps the endpoint's own path", async () => {
    answerWith = (_, response) => void response.writeHead(307, { location: "http://127.0.0.1:1/" }).end();
    expect((await ask(await open({ path: "/behind/a/gateway/" }))).status).toBe(307);
    expect(received.map(({ url }) => url)).toEqual(["/behind/a/gateway/v1/messages"]);
  });

  test("passes a refusal of the endpoint on, and says when it cannot be reached", async () => {
    answerWith = (_, response) => void response.writeHead(429, { "retry-after": "7" }).end("slow down");
    const gate = await open();
    expect(await ask(gate)).toEqual({ status: 429, text: "slow down" });
    provider.close();
    provider.closeAllConnections();
    expect((await ask(gate)).status).toBe(502);
  });

  test("what an agent gives up is given up at the endpoint", async () => {
    let isOver = false;
    answerWith = (incoming, response) => {
      response.write("begins");
      incoming.socket.once("close", () => {
        isOver = true;
      });
    };
    const gate = await open();
    const asking = request({ host: "127.0.0.1", port: new URL(gate.url).port, path: "/v1/messages", method: "POST" });
    asking.setHeader("x-api-key", token);
    asking.on("error", () => {}).end();
    await new Promise<void>((resolve) => asking.on("response", (response) => response.once("data", () => resolve())));
    asking.destroy();
    await eventually(() => isOver);
  });

  test("waits at a Unix socket where a relay leads to it", async () => {
    const directory = mkdtempSync(join(tmpdir(), "runboard-gate-"));
    const socket = join(directory, "gate.sock");
    const gate = await open({ socket });
    expect(gate.url).toBe("http://127.0.0.1:4123");
    expect((await ask(gate, { socketPath: socket, body: "{}" })).status).toBe(200);
    rmSync(directory, { recursive: true });
  });
});

describe("to the model's API from where nothing else is let out", () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "runboard-gate-"));
  });
  afterEach(() => rmSync(directory, { recursive: true }));
  const askConfined = async (given: Ask, opened: Opened = {}) => {
    const socket = join(directory, "socket");
    return ask(await open({ socket, ...opened }), { ...given, socketPath: socket });
  };
  const searching = JSON.stringify({ model: "m", tools: [{ type: "web_search_20250305", name: "web_search" }] });

  test("a request goes on as it came, without the words by which the provider would reach out", async () => {
    const body = ' {"model" : "m", "messages": [{"role":"user","content":"ü \\u0041"}], "stream": true}\n';
    const headers = {
      ...{ "x-api-key": token, "content-type": "text/plain; charset=utf-7", "transfer-encoding": "chunked" },
      "anthropic-beta": "claude-code-20250219, mcp-client-2025-04-04,web-fetch-2025-09-10,effort-2025-11-24",
    };
    expect((await askConfined({ body, headers })).status).toBe(200);
    expect(received).toMatchObject([
      { body, headers: { "x-api-key": "the-real-key", "content-type": "application/json" } },
    ]);
    expect(received[0]?.headers["anthropic-beta"]).toBe("claude-code-20250219,effort-2025-11-24");
    expect(received[0]?.headers["content-length"]).toBe(String(Buffer.byteLength(body)));
  });

  test("what would have the provider fetch or search for it is refused, and told", async () => {
    const { status, text } = await askConfined({ body: searching });
    expect([status, JSON.parse(text).error.type]).toEqual([400, "invalid_request_error"]);
    expect(JSON.parse(text).error.message).toContain("web_search_20250305: The model's provider would reach out");
    expect(notices).toEqual([expect.stringContaining("The gate refused web_search_20250305")]);
    expect(received).toEqual([]);
  });

  test("and is passed on where the session has the machine's network anyway", async () => {
    expect((await ask(await open(), { body: searching })).status).toBe(200);
    expect(received[0]?.body).toBe(searching);
  });

  test.each<[string, number, Ask]>([
    ["no JSON", 400, { body: "one two" }],
    ["nothing", 400, { body: "" }],
    ["a name twice", 400, { body: '{"tools":[{"type":"web_search_20250305"}],"tools":[]}' }],
    ["a form", 400, { body: "tools=x", headers: { "x-api-key": token, "content-type": "multipart/form-data" } }],
    ["compressed", 415, { body: "{}", headers: { "x-api-key": token, "content-encoding": "gzip" } }],
    ["too large", 413, { headers: { "x-api-key": token, "content-length": String(65 * 1024 * 1024) } }],
  ])("a body that is %s cannot be looked at, and is not passed on", async (_, status, given) => {
    expect((await askConfined(given)).status).toBe(status);
    expect(received).toEqual([]);
  });

  test("pictures of many megabytes are passed on byte by byte", async () => {
    const picture = { type: "image", source: { type: "base64", data: "A".repeat(4 * 1024 * 1024) } };
    const body = JSON.stringify({ messages: [{ role: "user", content: [picture] }] });
    expect((await askConfined({ body })).status).toBe(200);
    expect(received[0]?.body === body).toBe(true);
  });
});

describe("to anywhere else", () => {
  let echo: TcpServer;
  beforeEach(async () => {
    echo = createTcpServer((socket) => socket.on("error", () => {}).pipe(socket));
    await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  });
  afterEach(() => void echo.close());

  /** Names and the connections to their addresses are the test's; what may be reached is decided by the gate. */
  const network = (names: Record<string, string[]>, dialled: string[] = []): Network => ({
    resolve: async (host) => names[host] ?? [],
    connect: (address, port) => {
      dialled.push(`${address}:${port}`);
      return connect(portOf(echo), "127.0.0.1");
    },
  });

  test("a tunnel to an allowed host carries both ways, to the address that was looked at", async () => {
    const dialled: string[] = [];
    const names = { "registry.example.org": ["93.184.215.14"], "a.files.example.org": ["2606:2800:21f::1"] };
    const gate = await open({
      allowedHosts: ["registry.example.org", "*.files.example.org:8443"],
      network: network(names, dialled),
    });
    for (const host of ["registry.example.org:443", "REGISTRY.example.org:443", "a.files.example.org:8443"]) {
      const socket = connect(Number(new URL(gate.url).port), "127.0.0.1");
      let heard = "";
      socket.on("data", (chunk) => {
        heard += chunk;
      });
      socket.write(`${connectTo(host)}early`);
      await eventually(() => heard.startsWith("HTTP/1.1 200 ") && heard.endsWith("early"));
      socket.write(" late");
      await eventually(() => heard.endsWith("early late"));
      socket.destroy();
    }
    expect(dialled).toEqual([
      "93.184.215.14:443",
      "93.184.215.14:443",
      "[2606:2800:21f::1]:8443".replace(/[[\]]/g, ""),
    ]);
    expect(notices).toEqual([]);
  });

  test.each([
    ["not on the list", "evil.example.org:443"],
    ["another port", "registry.example.org:80"],
    ["the name above a wildcard", "files.example.org:443"],
    ["a name that ends like a wildcard's", "xfiles.example.org:443"],
    ["a name that begins like an allowed one", "registry.example.org.evil.org:443"],
    ["an allowed name with a last dot", "registry.example.org.:443"],
    ["loopback", "127.0.0.1:443"],
    ["loopback by name", "localhost:443"],
    ["this machine, IPv6", "[::1]:443"],
  ])("%s is refused and told", async (_, host) => {
    const dialled: string[] = [];
    const allowedHosts = ["registry.example.org", "*.files.example.org"];
    const gate = await open({ allowedHosts, network: network({ [host.split(":")[0]!]: ["93.184.215.14"] }, dialled) });
    expect(await say(gate, connectTo(host))).toMatch(/^HTTP\/1\.1 403 /);
    expect([dialled, notices.length]).toEqual([[], 1]);
  });

  test.each([
    ...[
      "127.0.0.1",
      "127.8.8.8",
      "0.0.0.0",
      "10.1.2.3",
      "172.16.0.1",
      "172.31.255.255",
      "192.168.1.1",
      "169.254.169.254",
    ],
    ...["100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fe80::1", "fc00::1"],
    ...[
      "::ffff:127.0.0.1",
      "::ffff:10.0.0.1",
      "64:ff9b::7f00:1",
      "2002:7f00:1::",
      "2001:db8::1",
      "ff02::1",
      "nonsense",
    ],
  ])("an allowed name at %s is refused when it is connected to", async (address) => {
    const dialled: string[] = [];
    const names = { "registry.example.org": ["93.184.215.14", address] };
    const gate = await open({ allowedHosts: ["registry.example.org"], network: network(names, dialled) });
    expect(await say(gate, connectTo("registry.example.org:443"))).toMatch(/^HTTP\/1\.1 502 /);
    expect(dialled).toEqual([]);
    expect(notices).toEqual([expect.stringContaining("registry.example.org: Its address is of this machine")]);
  });

  test("an address is no way round the names: the real network looks at it, too", async () => {
    const gate = await open({ allowedHosts: ["127.0.0.1", "localhost"] });
    for (const host of ["127.0.0.1:443", "localhost:443"])
      expect(await say(gate, connectTo(host))).toMatch(/^HTTP\/1\.1 502 /);
  });

  test.each([
    ["no token", ""],
    ["another", `Basic ${Buffer.from("runboard:other").toString("base64")}`],
    ["the real key", "Bearer the-real-key"],
  ])("%s opens no tunnel", async (_, authorization) => {
    const dialled: string[] = [];
    const names = { "registry.example.org": ["93.184.215.14"] };
    const gate = await open({ allowedHosts: ["registry.example.org"], network: network(names, dialled) });
    expect(await say(gate, connectTo("registry.example.org:443", authorization))).toMatch(/^HTTP\/1\.1 407 /);
    expect(dialled).toEqual([]);
  });

  test.each([
    "registry.example.org",
    "registry.example.org:0",
    "registry.example.org:99999",
    "user@registry.example.org:443",
  ])("CONNECT %s is not understood", async (host) => {
    expect(await say(await open({ allowedHosts: ["registry.example.org"] }), connectTo(host))).toMatch(/^HTTP\/1\.1 4/);
    expect(received).toEqual([]);
  });

  test("an absolute address is never fetched, not even the endpoint's own, and told once a host", async () => {
    const gate = await open({ allowedHosts: ["example.org"] });
    const own = `127.0.0.1:${portOf(provider)}`;
    for (const url of [
      "http://example.org/",
      "http://example.org/again",
      `http://${own}/v1/messages`,
      "https://x.org/",
    ]) {
      expect((await ask(gate, { path: url, method: "GET" })).status).toBe(403);
    }
    expect(received).toEqual([]);
    expect(notices.map((text) => text.split(":")[0])).toEqual([
      "The gate refused example.org",
      "The gate refused 127.0.0.1",
      "The gate refused x.org",
    ]);
  });

  test("what is no HTTP gets nothing, and an upgrade is none", async () => {
    const gate = await open();
    expect(await say(gate, "\x16\x03\x01\x02\x00\x01\r\n\r\n")).toBe("");
    const upgrade = `GET /v1/models HTTP/1.1\r\nHost: a\r\nx-api-key: ${token}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
    expect(await say(gate, upgrade)).toMatch(/^HTTP\/1\.1 200 /);
    expect(received[0]?.headers.upgrade).toBeUndefined();
  });
});
