import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest, type ServerResponse } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call, newProject, newTask, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";
import { answerApi, answerMcp } from "./answer-api.ts";
import { createCallbackServer } from "./callback-server.ts";
import { ask, asOwner, newApiToken, type Reply, serveDuringTests, signedIn, webSocketHeaders } from "./testing.ts";

provideTestDatabase();
const served = serveDuringTests({ handleApi: answerApi, handleMcp: answerMcp });
const root = mkdtempSync(join(tmpdir(), "runboard-callback-"));
const socket = join(root, "callback", "web.sock");
beforeAll(() => served.web.listenToSandboxes(socket));
afterAll(() => rmSync(root, { recursive: true, force: true }));

interface Asking {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: object;
}

/** One request through the socket, as the relay in a sandbox brings it. */
function report({ method = "POST", path = "/", headers = {}, body }: Asking): Promise<Pick<Reply, "status" | "text">> {
  const given = { host: `127.0.0.1:${served.port}`, "content-type": "application/json", ...headers };
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      { socketPath: socket, method, path, headers: given, agent: false },
      async (response) => {
        let text = "";
        for await (const chunk of response) text += chunk;
        resolve({ status: response.statusCode!, text });
      },
    );
    request.on("upgrade", () => reject(new Error("It was upgraded.")));
    request.on("error", reject);
    request.end(body && JSON.stringify(body));
  });
}

/** A running session with its token. */
async function session() {
  const task = await newTask((await newProject()).id);
  await call("task", "queue", { taskId: task.id });
  const { claims, tokens } = await (await newWorker()).step();
  const { sandboxId } = claims.find(({ taskId }) => taskId === task.id)!;
  const heartbeat = { path: `/api/v1/sandboxes/${sandboxId}/heartbeat` };
  return { sandboxId, heartbeat, asSandbox: { authorization: `Bearer ${tokens.get(sandboxId)}` } };
}

test("a session reports through it with the token of its sandbox, and speaks for no other", async () => {
  const [one, other] = [await session(), await session()];
  expect((await report({ ...one.heartbeat, headers: one.asSandbox, body: {} })).status).toBe(200);
  expect((await report({ ...other.heartbeat, headers: one.asSandbox, body: {} })).status).toBe(409);
});

test("nobody else's credential counts there: owner, program, browser, nobody", async () => {
  const { heartbeat } = await session();
  const { token } = await newApiToken();
  const strangers = [
    asOwner,
    { authorization: `Bearer ${token}` },
    await signedIn(),
    {},
    { authorization: "Basic eDp5" },
  ];
  for (const headers of strangers)
    for (const path of [heartbeat.path, "/api/v1/projects", "/api/health/live", "/login", "/"])
      for (const method of ["GET", "POST"])
        expect([401, 403]).toContain((await report({ method, path, headers })).status);
});

test("a session has the tools of its board there", async () => {
  const { asSandbox } = await session();
  const ping = { path: "/mcp", body: { jsonrpc: "2.0", id: 1, method: "ping" } };
  expect(await report({ ...ping, headers: asSandbox })).toMatchObject({ status: 200 });
  expect((await report({ ...ping, headers: asOwner })).status).toBe(401);
  expect((await report({ ...ping, path: "/mcp/x", headers: asSandbox })).status).toBe(403);
});

test("with a sandbox's token there are reports and tools and nothing else: no page, no login, no project, no socket", async () => {
  const { asSandbox, heartbeat } = await session();
  const before = served.asked.length;
  for (const path of ["/", "/login", "/api/login", "/api/v1/projects", "/api/openapi.json", "/_next/x", "/socket.io/"])
    expect([path, (await report({ method: "GET", path, headers: asSandbox })).status]).toEqual([path, 403]);
  for (const path of [`//api/v1/sandboxes/x`, "/api/v1/sandboxes/../projects", "/api/v1/sandboxes/%2e%2e/projects"])
    expect([400, 404]).toContain((await report({ method: "GET", path, headers: asSandbox })).status);
  const upgrading = { ...asSandbox, ...webSocketHeaders };
  expect(
    (await report({ method: "GET", path: "/socket.io/?EIO=4&transport=websocket", headers: upgrading })).status,
  ).toBe(401);
  expect((await report({ ...heartbeat, method: "GET", headers: upgrading })).status).toBe(401);
  expect(served.asked.length).toBe(before);
});

test("the guard stands there too: foreign names and origins are refused", async () => {
  const { asSandbox, heartbeat } = await session();
  expect((await report({ ...heartbeat, headers: { ...asSandbox, host: "evil.example" }, body: {} })).status).toBe(421);
  expect((await report({ ...heartbeat, headers: { ...asSandbox, origin: "http://evil.example" } })).status).toBe(403);
});

test("what is no HTTP, and CONNECT, gets nowhere", async () => {
  const answers = ["nonsense\r\n\r\n", "CONNECT 127.0.0.1:5432 HTTP/1.1\r\nhost: x\r\n\r\n"].map(
    (text) =>
      new Promise<string>((resolve) => {
        let answer = "";
        const raw = connect(socket, () => raw.write(text));
        raw.on("data", (chunk) => {
          answer += chunk;
        });
        raw.on("error", () => {});
        raw.on("close", () => resolve(answer));
      }),
  );
  expect(await answers[0]).toBe("");
  expect(await answers[1]).toMatch(/^HTTP\/1.1 401/);
});

test.each([
  ["their own socket", () => ({ socketPath: socket })],
  ["the port, where they are not confined,", () => ({ port: served.port, host: "127.0.0.1" })],
])("at %s a session whose reports never end does not keep others waiting, nor people's tools", async (_, door) => {
  const [one, other] = [await session(), await session()];
  const hanging = [one.heartbeat.path, "/mcp"].flatMap((path) =>
    Array.from({ length: 20 }, () => {
      const headers = { host: `127.0.0.1:${served.port}`, "content-type": "application/json", ...one.asSandbox };
      const request = httpRequest({ ...door(), method: "POST", path, headers, agent: false });
      request.on("error", () => {}).write("{");
      return request;
    }),
  );
  // A place is held for ten seconds: who is answered sooner did not wait for one.
  const beganMs = performance.now();
  expect((await report({ ...other.heartbeat, headers: other.asSandbox, body: {} })).status).toBe(200);
  const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
  const asPerson = { ...asOwner, "content-type": "application/json" };
  const pinged = await ask(served.port, {
    method: "POST",
    path: "/mcp",
    headers: asPerson,
    body: JSON.stringify(ping),
  });
  expect(pinged.status).toBe(200);
  expect((await report({ path: "/mcp", headers: other.asSandbox, body: ping })).status).toBe(200);
  expect(performance.now() - beganMs).toBeLessThan(9000);
  for (const request of hanging) request.destroy();
});

test("who is silent gives way to who comes, and who has asked something does not", async () => {
  const asked = new EventEmitter();
  const door = createCallbackServer({}, (_, response) => void asked.emit("asked", response), 2);
  const place = join(root, "narrow", "web.sock");
  await door.listen(place);
  const come = async () => {
    const socket = connect(place).on("error", () => {});
    await once(socket, "connect");
    return socket;
  };
  const busy = await come();
  const underWay = once(asked, "asked");
  busy.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  const [response] = (await underWay) as [ServerResponse];
  const silent = await come();
  const isGone = once(silent.resume(), "close");
  const next = await come();
  await isGone;
  next.write("GET / HTTP/1.1\r\nhost: x\r\n\r\n");
  await once(asked, "asked");
  response.end("answered");
  const [answer] = await once(busy, "data");
  expect(String(answer)).toContain("answered");
  await door.close();
});

test("the socket is its owner's alone, replaces one that was left there", async () => {
  expect(statSync(dirname(socket)).mode & 0o777).toBe(0o700);
  expect(statSync(socket).mode & 0o777).toBe(0o600);
  const left = join(root, "left", "web.sock");
  const again = createCallbackServer({}, (_, response) => void response.end());
  await again.listen(left);
  await again.close();
  writeFileSync(left, "");
  const next = createCallbackServer({}, (_, response) => void response.end());
  await next.listen(left);
  expect(statSync(left).isSocket()).toBe(true);
  await next.close();
});
