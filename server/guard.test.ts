import { once } from "node:events";
import { createServer } from "node:http";
import { expect, test } from "vitest";
import { db } from "@/lib/db.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";
import { publicRoutes } from "./guard.ts";
import {
  ask,
  askRaw,
  asOwner,
  newApiToken,
  ownerToken,
  serveDuringTests,
  signedIn,
  webSocketHeaders,
} from "./web/testing.ts";

provideTestDatabase();
const served = serveDuringTests();

const origin = () => ({ origin: `http://127.0.0.1:${served.port}` });
const polling = "/socket.io/?EIO=4&transport=polling";
const websocket = "/socket.io/?EIO=4&transport=websocket";
const json = { "content-type": "application/json" };

async function expectNothingAsked(work: () => Promise<void>): Promise<void> {
  const before = served.asked.length;
  await work();
  expect(served.asked.slice(before)).toEqual([]);
}

test("S-01: a foreign host gets 421 on every path and every way in, with a good token as well", async () => {
  await expectNothingAsked(async () => {
    for (const host of [
      "evil.com",
      `evil.com:${served.port}`,
      `127.0.0.1.evil.com:${served.port}`,
      `localhost.:${served.port}`,
      "127.0.0.1:1",
    ])
      for (const path of ["/", "/login", "/api/health/live", "/api/v1/projects", "/_next/static/x.js", polling]) {
        const reply = await ask(served.port, { path, headers: { host, ...asOwner } });
        expect([host, path, reply.status, JSON.parse(reply.text).code]).toEqual([host, path, 421, "HOST_NOT_ALLOWED"]);
      }
    const upgrade = await ask(served.port, {
      path: websocket,
      headers: { host: "evil.com", ...webSocketHeaders, ...asOwner },
    });
    expect(upgrade.status).toBe(421);
  });
});

test("S-01: two Host headers, or none, are refused", async () => {
  const good = `127.0.0.1:${served.port}`;
  for (const hosts of [`Host: ${good}\r\nHost: ${good}\r\n`, `Host: ${good}\r\nHost: evil.com\r\n`, "", "Host:\r\n"]) {
    const answer = await askRaw(served.port, `GET /api/health/live HTTP/1.1\r\n${hosts}Connection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (421|400) /);
    expect(answer.toLowerCase()).toContain("content-security-policy: ");
  }
  expect(await askRaw(served.port, "GET /api/health/live HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1\.1 421 /);
});

test("S-02: a foreign origin is refused even when it agrees with a good host and credential", async () => {
  const cookie = await signedIn();
  await expectNothingAsked(async () => {
    for (const foreign of [
      "http://evil.com",
      "null",
      `http://127.0.0.1:${served.port + 1}`,
      "http://127.0.0.1",
      `http://evil.com:${served.port}`,
    ])
      for (const credential of [asOwner, cookie])
        for (const ways of [
          { path: "/" },
          { path: "/api/v1/projects", method: "POST" },
          { path: polling },
          { path: websocket, upgrade: true },
          { path: "/api/health/live" },
        ]) {
          const { upgrade, ...way } = ways as { path: string; method?: string; upgrade?: boolean };
          const headers = { origin: foreign, ...credential, ...(upgrade ? webSocketHeaders : {}) };
          const reply = await ask(served.port, { ...way, headers });
          expect([foreign, way.path, reply.status]).toEqual([foreign, way.path, 403]);
        }
  });
});

test("S-02: the origin localhost is good for the host 127.0.0.1", async () => {
  const headers = { ...(await signedIn()), origin: `http://localhost:${served.port}`, ...json };
  expect((await ask(served.port, { method: "POST", path: "/api/v1/projects", headers, body: "{}" })).status).toBe(200);
});

test("S-02: what other sites embed gets nothing, their links to a page work", async () => {
  const cookie = await signedIn();
  for (const site of ["cross-site", "same-site"]) {
    const fetched = { "sec-fetch-site": site, "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" };
    const embedded = { ...cookie, ...fetched };
    expect((await ask(served.port, { path: "/api/v1/projects", headers: embedded })).status).toBe(403);
    expect((await ask(served.port, { path: polling, headers: fetched })).status).toBe(403);
    const link = { ...cookie, "sec-fetch-site": site, "sec-fetch-mode": "navigate", "sec-fetch-dest": "document" };
    expect((await ask(served.port, { path: "/", headers: link })).status).toBe(200);
  }
});

test("S-03: polling and upgrade need host, origin and credential; without origin only a token will do", async () => {
  const [cookie, { token }] = [await signedIn(), await newApiToken()];
  const bearer = { authorization: `Bearer ${token}` };
  const cases: [object, number][] = [
    [{ ...origin() }, 401],
    [{ ...origin(), cookie: "runboard_session=wrong" }, 401],
    [{ ...origin(), authorization: "Bearer wrong" }, 401],
    [{ ...cookie }, 403],
    [{ cookie: "other=1" }, 403],
    [{ ...origin(), ...cookie }, 200],
    [{ ...bearer }, 200],
    [asOwner, 200],
    [{ ...origin(), ...bearer }, 200],
  ];
  for (const [headers, status] of cases) {
    const polled = await ask(served.port, { path: polling, headers: { ...headers } });
    const upgraded = await ask(served.port, { path: websocket, headers: { ...headers, ...webSocketHeaders } });
    expect([headers, polled.status, upgraded.status]).toEqual([headers, status, status === 200 ? 101 : status]);
  }
  const ownPage = { ...cookie, "sec-fetch-site": "same-origin" };
  expect((await ask(served.port, { path: polling, headers: ownPage })).status).toBe(200);
  expect((await ask(served.port, { path: websocket, headers: { ...ownPage, ...webSocketHeaders } })).status).toBe(403);
});

test("S-04: nothing but the reviewed list answers without a credential, and the list is this", async () => {
  expect([...publicRoutes].sort()).toEqual([
    "GET /api/health/live",
    "GET /api/health/ready",
    "GET /login",
    "POST /api/login",
  ]);
  expect(Buffer.from(ownerToken).length).toBeGreaterThanOrEqual(22);
  for (const wrong of ["", "x", ownerToken.slice(1), `${ownerToken}a`, ownerToken.toUpperCase()])
    expect(
      (await ask(served.port, { path: "/api/v1/projects", headers: { authorization: `Bearer ${wrong}` } })).status,
    ).toBe(401);
});

const probes = [
  "/",
  "/api/v1/projects",
  "/api/openapi.json",
  "/api/metrics",
  "/api/health",
  "/api/health/live/",
  "/api/health/live/x",
  "/API/health/live",
  "/api",
  "/mcp",
  "/docs",
  "/_next/static/chunks/main.js",
  "/_next/data/x/index.json",
  "/_next/image?url=%2Fx&w=16&q=1",
  "/_next/hmr",
  "/index.rsc",
  "/p/DEMO.rsc",
  "/?_rsc=abc",
  "/p/DEMO.txt",
  "/icon.svg",
  "/favicon.ico",
  "/robots.txt",
  "/login/",
  "/login.rsc",
  "/logi%6e",
  "/api/login",
  "/api/logout",
  "/__nextjs_original-stack-frame",
  "/.env",
  "/.git/config",
  "/_error",
  "/404",
  "/socket.io",
  "/socket.io/socket.io.js",
  "/api/v1/projects;x",
  "/login;x",
];
const malformed = [
  "//",
  "//evil.com",
  "//api/health/live",
  "/api//v1/projects",
  "/login//",
  "/..",
  "/../etc/passwd",
  "/api/../login",
  "/./login",
  "/login/..",
  "/login/.",
  "/%2e%2e/login",
  "/login%2f..",
  "/api%2fhealth%2flive",
  "/login%5c",
  "/\\evil.com",
  "/login%00",
  "/%2E%2e/",
  "/%zz",
  "/%",
  "/login%",
  "/a%2",
  "/login#x",
  "http://127.0.0.1/login",
  "*",
];

test("S-05: everything else says 401 to strangers, whatever else they say, and does nothing", async () => {
  const tricks = [
    {},
    { "x-middleware-subrequest": "middleware:middleware:middleware:middleware:middleware" },
    { "x-http-method-override": "GET" },
    { rsc: "1", "next-router-prefetch": "1" },
    { "x-forwarded-host": "localhost", "x-forwarded-for": "127.0.0.1" },
    { "x-original-url": "/login", "x-rewrite-url": "/api/health/live" },
    { "next-action": "00" },
    { "x-nextjs-data": "1" },
    { "x-matched-path": "/login" },
    { "x-invoke-path": "/login" },
    { authorization: "Basic b3duZXI6" },
  ];
  await expectNothingAsked(async () => {
    for (const path of probes)
      for (const headers of tricks)
        expect([path, headers, (await ask(served.port, { path, headers })).status]).toEqual([path, headers, 401]);
    for (const path of probes.slice(0, 12))
      for (const method of ["HEAD", "POST", "PUT", "PATCH", "DELETE"])
        expect([method, path, (await ask(served.port, { method, path })).status]).toEqual([method, path, 401]);
    expect((await ask(served.port, { method: "HEAD", path: "/login" })).status).toBe(401);
    expect((await ask(served.port, { method: "POST", path: "/login" })).status).toBe(401);
  });
});

test("S-05: paths that can be read in two ways are 400, with a good token as well", async () => {
  await expectNothingAsked(async () => {
    for (const path of malformed)
      for (const headers of [{}, asOwner]) {
        const answer = await askRaw(
          served.port,
          `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\n${headers === asOwner ? `Authorization: ${asOwner.authorization}\r\n` : ""}Connection: close\r\n\r\n`,
        );
        expect([path, answer.slice(0, 12)]).toEqual([path, "HTTP/1.1 400"]);
      }
  });
});

test("S-05: methods we do not know are 405, and OPTIONS grants nothing", async () => {
  for (const method of ["OPTIONS", "TRACE", "PROPFIND", "LINK", "PURGE"]) {
    const reply = await ask(served.port, {
      method,
      headers: { ...asOwner, ...origin(), "access-control-request-method": "POST" },
    });
    expect([method, reply.status]).toEqual([method, 405]);
    expect(Object.keys(reply.headers).filter((name) => name.startsWith("access-control"))).toEqual([]);
  }
  const connect = `CONNECT evil.com:443 HTTP/1.1\r\nHost: 127.0.0.1:${served.port}\r\n\r\n`;
  expect(await askRaw(served.port, connect)).toMatch(/^HTTP\/1\.1 405 /);
});

test("S-05, S-08: what only a proxy or Next itself may say never reaches the pages", async () => {
  const forged = {
    "x-forwarded-for": "1.2.3.4",
    "x-forwarded-host": "evil.com",
    "x-forwarded-proto": "https",
    "x-forwarded-anything": "1",
    forwarded: "host=evil.com",
    "x-real-ip": "1.2.3.4",
    "x-middleware-subrequest": "1",
    "x-http-method-override": "DELETE",
    "x-nonce": "mine",
    "content-security-policy": "script-src 'nonce-mine'",
    "content-security-policy-report-only": "script-src 'nonce-mine'",
    "x-original-url": "/x",
  };
  const reply = await ask(served.port, { path: "/page", headers: { ...forged, ...asOwner, kept: "yes" } });
  const seen = served.asked.at(-1)!;
  expect(seen).toMatchObject({ method: "GET", url: "/page", headers: { kept: "yes" } });
  expect(JSON.stringify(seen.headers)).not.toMatch(/mine|evil|1\.2\.3\.4|DELETE/);
  expect(seen.headers["content-security-policy"]).toBe(reply.headers["content-security-policy"]);
  expect(reply.headers["content-security-policy"]).toContain(`'nonce-${seen.headers["x-nonce"]}'`);
  const again = await ask(served.port, { path: "/page", headers: asOwner });
  expect(again.headers["content-security-policy"]).not.toBe(reply.headers["content-security-policy"]);
});

test("S-06: a cookie changes nothing without an origin: form, plain text, multipart, GET", async () => {
  const cookie = await signedIn();
  const types = [
    "application/x-www-form-urlencoded",
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/json",
  ];
  await expectNothingAsked(async () => {
    for (const type of types)
      for (const method of ["POST", "PUT", "PATCH", "DELETE"])
        for (const site of [
          {},
          { "sec-fetch-site": "cross-site" },
          { "sec-fetch-site": "same-site" },
          { origin: "null" },
          { origin: "http://evil.com" },
        ]) {
          const headers = { ...cookie, ...site, "content-type": type };
          const reply = await ask(served.port, { method, path: "/api/v1/projects", headers, body: "name=x" });
          expect([type, method, site, reply.status]).toEqual([type, method, site, 403]);
        }
    expect((await ask(served.port, { method: "POST", path: "/api/logout", headers: cookie })).status).toBe(403);
  });
  expect((await ask(served.port, { path: "/api/logout", headers: cookie })).text).toBe("page");
  expect((await ask(served.port, { path: "/", headers: cookie })).status).toBe(200);
  const own = { ...cookie, "sec-fetch-site": "same-origin", ...json };
  expect((await ask(served.port, { method: "POST", path: "/api/v1/projects", headers: own, body: "{}" })).status).toBe(
    200,
  );
});

test("S-09: whole addresses and odd upgrades end here and never open a connection", async () => {
  let opened = 0;
  const target = createServer(() => {}).on("connection", () => {
    opened += 1;
  });
  target.listen(0, "127.0.0.1");
  await once(target, "listening");
  const { port } = target.address() as { port: number };
  const lines = [
    `GET http://127.0.0.1:${port}/ HTTP/1.1`,
    `GET https://127.0.0.1:${port}/ HTTP/1.1`,
    `GET //127.0.0.1:${port}/ HTTP/1.1`,
    `GET /http://127.0.0.1:${port}/ HTTP/1.1`,
    `GET /\\127.0.0.1:${port} HTTP/1.1`,
    `GET ws://127.0.0.1:${port}/ HTTP/1.1`,
    `CONNECT 127.0.0.1:${port} HTTP/1.1`,
  ];
  const upgrades = [
    "",
    "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n",
    "Connection: Upgrade\r\nUpgrade: TLS/1.0\r\n",
  ];
  for (const line of lines)
    for (const upgrade of upgrades) {
      const close = upgrade === "" ? "Connection: close\r\n" : upgrade;
      const answer = await askRaw(
        served.port,
        `${line}\r\nHost: 127.0.0.1:${served.port}\r\nAuthorization: ${asOwner.authorization}\r\n${close}\r\n`,
      );
      expect([line, upgrade, answer.slice(0, 10)]).toEqual([line, upgrade, expect.stringMatching(/^HTTP\/1\.1 4/)]);
    }
  target.close();
  expect(opened).toBe(0);
});

test("a sandbox's token opens the API and nothing else", async () => {
  const task = await newTask((await newProject()).id);
  await call("task", "queue", { taskId: task.id });
  const { tokens } = await (await newWorker()).step();
  const { id } = await db().sandbox.findFirstOrThrow();
  const headers = { authorization: `Bearer ${tokens.get(id)}` };
  expect((await ask(served.port, { path: "/api/v1/x", headers })).status).toBe(200);
  for (const path of ["/", "/_next/static/x.js", polling])
    expect((await ask(served.port, { path, headers })).status).toBe(403);
});
