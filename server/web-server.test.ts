import { EventEmitter, once } from "node:events";
import { Agent, request as httpRequest } from "node:http";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, expect, test } from "vitest";
import { db, switchDatabase } from "@/lib/db.ts";
import { issueLoginCode } from "@/lib/token/token.ts";
import { createTestDatabase, type TestDatabase } from "./database/test-database.ts";
import { parseAllowedHosts } from "./web/allowed-hosts.ts";
import { createOverload } from "./web/overload.ts";
import {
  ask,
  askRaw,
  asOwner,
  ownerToken,
  type Reply,
  serveDuringTests,
  signedIn,
  startWebServer,
  webSocketHeaders,
} from "./web/testing.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await switchDatabase(database.url);
});
afterAll(async () => {
  await db().$disconnect();
  await database.drop();
});
const served = serveDuringTests({
  handlePage: (request, response) => {
    if (request.url === "/throws") throw new Error(`boom at ${import.meta.filename}: SELECT * FROM "ApiToken"`);
    response
      .writeHead(request.url === "/moved" ? 307 : request.url === "/unchanged" ? 304 : 200, { Location: "/x" })
      .end();
  },
});

const json = { "content-type": "application/json" };
const browser = () => ({ origin: `http://127.0.0.1:${served.port}`, ...json });
const login = (body: string, headers: object = browser()) =>
  ask(served.port, { method: "POST", path: "/api/login", headers: { ...headers }, body });

function expectSecured({ headers }: Pick<Reply, "headers">): void {
  expect(headers["content-security-policy"]).toMatch(
    /script-src 'self' 'nonce-[A-Za-z0-9+/=]{24}';.*frame-ancestors 'none'/,
  );
  expect(headers).toMatchObject({
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": expect.stringContaining("microphone=(self)"),
  });
  expect(Object.keys(headers).filter((name) => name.startsWith("access-control") || name === "x-powered-by")).toEqual(
    [],
  );
}

test("S-37: every kind of response carries the security headers", async () => {
  const polling = "/socket.io/?EIO=4&transport=polling";
  const websocket = "/socket.io/?EIO=4&transport=websocket";
  const navigation = { accept: "text/html" };
  const kinds: [number, Parameters<typeof ask>[1]][] = [
    [200, { path: "/", headers: asOwner }],
    [200, { path: "/_next/static/x.js", headers: asOwner }],
    [307, { path: "/moved", headers: asOwner }],
    [304, { path: "/unchanged", headers: asOwner }],
    [500, { path: "/throws", headers: asOwner }],
    [303, { path: "/", headers: navigation }],
    [200, { path: "/login" }],
    [401, { path: "/login?code=wrong" }],
    [401, { path: "/api/v1/projects" }],
    [400, { path: "/a//b" }],
    [403, { headers: { origin: "null" } }],
    [405, { method: "OPTIONS" }],
    [421, { headers: { host: "evil.com" } }],
    [415, { method: "POST", path: "/api/login", body: "secret=x" }],
    [401, { path: "/", headers: { expect: "something" } }],
    [200, { path: polling, headers: asOwner }],
    [400, { path: `${polling}&sid=unknown`, headers: asOwner }],
    [400, { path: "/socket.io/?EIO=4&transport=carrier-pigeon", headers: asOwner }],
    [101, { path: websocket, headers: { ...asOwner, ...webSocketHeaders } }],
    [400, { path: `${websocket}&sid=unknown`, headers: { ...asOwner, ...webSocketHeaders } }],
    [400, { path: websocket, headers: { ...asOwner, ...webSocketHeaders, "sec-websocket-key": "short" } }],
    [400, { path: websocket, headers: { ...asOwner, ...webSocketHeaders, upgrade: "h2c" } }],
    [401, { path: "/_next/hmr", headers: webSocketHeaders }],
    [404, { path: "/_next/hmr", headers: { ...asOwner, ...webSocketHeaders } }],
    [431, { path: "/", headers: { filler: "x".repeat(40_000) } }],
  ];
  for (const [status, request] of kinds) {
    const reply = await ask(served.port, request);
    expect([request, reply.status]).toEqual([request, status]);
    expectSecured(reply);
  }
  expect((await askRaw(served.port, "nonsense\r\n\r\n")).toLowerCase()).toContain(
    "content-security-policy: default-src 'self'",
  );
});

test("S-42: an error says nothing of stacks, SQL, paths or tokens", async () => {
  const secret = "s3cret".repeat(8);
  const replies = [
    await ask(served.port, { path: "/throws", headers: asOwner }),
    await ask(served.port, { path: "/nothing", headers: { authorization: `Bearer ${secret}` } }),
    await login(JSON.stringify({ secret })),
    await login("{"),
    await login("[]"),
    await ask(served.port, { path: `/login?code=${secret}` }),
  ];
  for (const { text, status } of replies) {
    expect(status).toBeGreaterThanOrEqual(400);
    expect(text).not.toMatch(/ at |SELECT|ApiToken|\/server\/|node_modules|s3cret|boom/);
  }
  expect(JSON.parse(replies[0]!.text)).toMatchObject({ code: "INTERNAL", details: {} });
});

test("S-42: without the store of logins everything but the owner's token is refused with 503", async () => {
  const cookie = await signedIn();
  await switchDatabase("postgresql://nobody@127.0.0.1:1/none");
  try {
    for (const [path, headers] of [
      ["/api/v1/projects", cookie],
      ["/", { ...cookie, accept: "text/html" }],
      ["/api/v1/projects", { authorization: "Bearer unknown" }],
      ["/login?code=x", {}],
    ] as const) {
      const reply = await ask(served.port, { path, headers: { ...headers } });
      expect([path, reply.status]).toEqual([path, 503]);
      expectSecured(reply);
      expect(reply.text).not.toMatch(/127\.0\.0\.1:1|ECONNREFUSED|prisma/i);
    }
    expect((await login(JSON.stringify({ secret: "x".repeat(30) }))).status).toBe(503);
  } finally {
    await switchDatabase(database.url);
  }
});

test("the printed link works once, and its code leaves the address", async () => {
  const path = `/login?code=${await issueLoginCode()}`;
  const first = await ask(served.port, { path, headers: { accept: "text/html" } });
  expect(first).toMatchObject({ status: 303, headers: { location: "/", "cache-control": "no-store" } });
  const [cookie] = first.headers["set-cookie"]!;
  expect(cookie).toMatch(/^runboard_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=2592000$/);
  const again = await ask(served.port, { path, headers: { accept: "text/html" } });
  expect([again.status, again.headers["set-cookie"]]).toEqual([401, undefined]);
  expect(again.text).toContain("This login link does not work any more");
  const headers = { cookie: cookie!.split(";")[0]! };
  expect((await ask(served.port, { headers })).status).toBe(200);
  expect(await ask(served.port, { path: "/login", headers })).toMatchObject({
    status: 303,
    headers: { location: "/" },
  });
  const out = await ask(served.port, { method: "POST", path: "/api/logout", headers: { ...headers, ...browser() } });
  expect(out.headers["set-cookie"]).toEqual([
    expect.stringContaining("runboard_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0"),
  ]);
  expect((await ask(served.port, { headers })).status).toBe(401);
});

test("a link followed from another site ends the chain on a page of ours, which carries the cookie", async () => {
  const path = `/login?code=${await issueLoginCode()}`;
  const headers = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
  const reply = await ask(served.port, { path, headers });
  expect(reply.status).toBe(200);
  expect(reply.headers["set-cookie"]).toHaveLength(1);
  expect(reply.text).toContain('content="0; url=/"');
});

test("behind TLS the cookie is Secure", async () => {
  const other = await startWebServer({ allowedHosts: parseAllowedHosts("https://board.example.com") });
  const headers = { host: "board.example.com", origin: "https://board.example.com", ...json };
  const body = JSON.stringify({ secret: ownerToken });
  const reply = await ask(other.port, { method: "POST", path: "/api/login", headers, body });
  expect(reply.headers["set-cookie"]).toEqual([expect.stringContaining("; Secure")]);
  expect(reply.headers["content-security-policy"]).toContain("connect-src 'self' wss://board.example.com;");
  await other.web.stop(0);
});

test("S-06, S-35: the form takes JSON from its own page only, and few wrong tries a minute", async () => {
  expect((await login(JSON.stringify({ secret: ownerToken }))).status).toBe(200);
  for (const type of ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
    expect((await login(JSON.stringify({ secret: ownerToken }), { "content-type": type })).status).toBe(415);
  expect((await login("{}", { ...json, "sec-fetch-site": "cross-site" })).status).toBe(403);
  expect((await login(JSON.stringify({ secret: ownerToken, role: "admin" }))).status).toBe(422);
  expect((await login(JSON.stringify({ secret: "x".repeat(5000) }))).status).toBe(413);
  const tries: number[] = [];
  for (let n = 0; n < 12; n++) tries.push((await login(JSON.stringify({ secret: `wrong ${n}` }))).status);
  expect(tries[0]).toBe(401);
  expect(tries.at(-1)).toBe(429);
  const last = await login(JSON.stringify({ secret: ownerToken }));
  expect(last).toMatchObject({ status: 429, headers: { "retry-after": expect.stringMatching(/^\d+$/) } });
});

test("a stop is heard at once, finishes what runs, and waits for nothing else", async () => {
  const gate = new EventEmitter();
  const other = await startWebServer({
    handlePage: async (request, response) => {
      if (request.url === "/slow") {
        gate.emit("entered");
        await once(gate, "go");
      }
      response.end("done");
    },
  });
  const agent = new Agent({ keepAlive: true });
  const kept = () =>
    new Promise<number>((resolve, reject) => {
      httpRequest({ port: other.port, host: "127.0.0.1", path: "/api/health/ready", agent }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode!));
      })
        .on("error", reject)
        .end();
    });
  expect(await kept()).toBe(200);
  const entered = once(gate, "entered");
  const slow = ask(other.port, { path: "/slow", headers: asOwner });
  await entered;
  const stopped = other.web.stop(60_000);
  expect(await kept()).toBe(503);
  gate.emit("go");
  expect(await slow).toMatchObject({ status: 200, text: "done" });
  await stopped;
  await expect(ask(other.port, {})).rejects.toThrow(/ECONNREFUSED/);
  agent.destroy();
});

test("one request too many is refused with a time to try again; strangers still learn only that they are strangers", async () => {
  const gate = new EventEmitter();
  const one = { places: 1, waitingMax: 0, patienceMs: 0, standingMs: 0, hurriedMs: 0 };
  const { web, port } = await startWebServer({
    overload: createOverload({ read: one, write: one, sandbox: one, mcp: one, wait: one }),
    handlePage: (_request, response) => {
      gate.once("go", () => response.end("page"));
      gate.emit("entered");
    },
  });
  const entered = once(gate, "entered");
  const first = ask(port, { path: "/api/v1/queue", headers: asOwner });
  await entered;
  const refused = await ask(port, { path: "/api/v1/queue", headers: asOwner });
  expect(refused).toMatchObject({ status: 503, headers: { "retry-after": "1" } });
  expect(JSON.parse(refused.text)).toMatchObject({ code: "UNAVAILABLE", details: { retryAfterSeconds: 1 } });
  expectSecured(refused);
  const page = await ask(port, { path: "/p/DEMO", headers: { ...asOwner, accept: "text/html" } });
  expect(page).toMatchObject({ status: 503, headers: { "retry-after": "1", "content-type": /html/ } });
  expect((await ask(port, { path: "/api/v1/queue" })).status).toBe(401);
  expect((await ask(port, { path: "/api/v1/queue", headers: { ...asOwner, host: "evil.com" } })).status).toBe(421);
  gate.emit("go");
  expect((await first).text).toBe("page");
  await web.stop(0);
});

test("of sixty who come at once all are inside before the first is served", async () => {
  const insideAtBegin: number[] = [];
  let inside = 0;
  const { web, port } = await startWebServer({
    handlePage: (_request, response) => {
      insideAtBegin.push(inside);
      response.end("page");
    },
  });
  web.http.on("connection", () => {
    inside += 1;
  });
  const replies = await Promise.all(Array.from({ length: 60 }, () => ask(port, { path: "/p/DEMO", headers: asOwner })));
  expect(replies.map(({ status }) => status)).toEqual(Array(60).fill(200));
  expect(insideAtBegin).toEqual(Array(60).fill(60));
  await web.stop(0);
});

test("a request that does not end is cut after the grace", async () => {
  const other = await startWebServer({ handlePage: () => {} });
  const hanging = ask(other.port, { headers: asOwner });
  const failed = expect(hanging).rejects.toThrow();
  await once(other.web.http, "request");
  await other.web.stop(20);
  await failed;
});

test("upgraded connections that never answer do not hold up the stop", async () => {
  const upgraded = new EventEmitter();
  const handleUpgrade = (_: unknown, socket: Duplex) =>
    void socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
  const other = await startWebServer({ handleUpgrade });
  const paths = ["/_next/hmr", "/socket.io/?EIO=4&transport=websocket"];
  for (const path of paths) {
    const headers = { ...asOwner, ...webSocketHeaders };
    const request = httpRequest({ port: other.port, host: "127.0.0.1", path, headers, agent: false });
    request.on("upgrade", (_, socket) => {
      socket
        .on("error", () => {})
        .on("close", () => upgraded.emit("closed"))
        .resume();
      upgraded.emit("open");
    });
    const open = once(upgraded, "open");
    request.end();
    await open;
  }
  const closed = once(upgraded, "closed");
  await other.web.stop(0);
  await closed;
});
