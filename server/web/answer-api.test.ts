import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { db } from "@/lib/db.ts";
import { newProject, newTask, provideTestDatabase } from "@/lib/testing/world.ts";
import { answerApi } from "./answer-api.ts";
import { ask, askRaw, asOwner, ownerToken, serveDuringTests } from "./testing.ts";

provideTestDatabase();
const served = serveDuringTests({ handleApi: answerApi });

const json = { ...asOwner, "content-type": "application/json" };
const head = (method: string, path: string, more: string[]) =>
  [`${method} ${path} HTTP/1.1`, `Host: 127.0.0.1:${served.port}`, `Authorization: Bearer ${ownerToken}`, ...more]
    .map((line) => `${line}\r\n`)
    .join("");

test("the API is answered behind the guard and before the pages", async () => {
  const { id } = await newProject();
  const made = await ask(served.port, {
    ...{ method: "POST", path: `/api/v1/projects/${id}/tasks`, headers: json, body: '{"title":"made"}' },
  });
  expect({ status: made.status, title: JSON.parse(made.text).title }).toEqual({ status: 201, title: "made" });
  expect(made.headers).toMatchObject({ "cache-control": "no-store", "x-content-type-options": "nosniff" });
  expect((await ask(served.port, { path: "/api/v1/projects" })).status).toBe(401);
  expect((await ask(served.port, { path: "/api/nothing", headers: asOwner })).status).toBe(404);
  expect(served.asked).toEqual([]);
  expect((await ask(served.port, { path: "/api", headers: asOwner })).text).toBe("page");
});

test("HEAD gets the headers of GET and no body, and the connection goes on", async () => {
  const { id } = await newProject();
  const path = `/api/v1/projects/${id}`;
  const got = await ask(served.port, { path, headers: asOwner });
  const answer = await askRaw(
    served.port,
    head("HEAD", path, [""]) + head("GET", "/api/health/live", ["Connection: close", ""]),
  );
  expect(answer).toContain(`content-length: ${got.headers["content-length"]}\r\n`);
  expect(answer.match(/HTTP\/1\.1 200 OK/g)).toHaveLength(2);
  expect(answer).not.toContain(id);
  expect(answer).toContain('{"status":"ok"}');
});

test("a long answer is zipped for whoever takes it so, and for nobody else", async () => {
  const { id } = await newProject();
  for (let n = 0; n < 12; n++) await newTask(id, { title: `card ${n}` });
  const path = `/api/v1/projects/${id}/tasks`;
  const plain = await ask(served.port, { path, headers: { ...asOwner, "accept-encoding": "br, gzip;q=0" } });
  expect(plain.headers["content-encoding"]).toBeUndefined();
  expect(plain.headers.vary).toBe("accept-encoding");
  expect(JSON.parse(plain.text).items).toHaveLength(12);
  const url = `http://127.0.0.1:${served.port}${path}`;
  const zipped = await fetch(url, { headers: { ...asOwner, "accept-encoding": "gzip, br" } });
  expect(zipped.headers.get("content-encoding")).toBe("gzip");
  expect(Number(zipped.headers.get("content-length"))).toBeLessThan(plain.text.length / 4);
  expect(await zipped.json()).toEqual(JSON.parse(plain.text));
});

test("a body that is too long is refused in words, however much of it is still to come", async () => {
  const { id } = await newProject();
  const socket = connect(served.port, "127.0.0.1");
  const answered = once(socket, "data");
  socket.write(
    head("POST", `/api/v1/projects/${id}/tasks`, ["Content-Type: application/json", "Content-Length: 99999999", ""]),
  );
  socket.write("x".repeat(9 * 1024 * 1024));
  const [answer] = (await answered) as [Buffer];
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 413 .*connection: close.*PAYLOAD_TOO_LARGE/is);
  socket.destroy();
  expect(await db().task.count({ where: { projectId: id } })).toBe(0);
});

test("what is left of a body nobody read is never taken for a request", async () => {
  const { id } = await newProject();
  const smuggled = head("DELETE", `/api/v1/projects/${id}`, [""]);
  const answer = await askRaw(
    served.port,
    head("GET", "/api/health/live", [`Content-Length: ${smuggled.length + 1}`, ""]) + smuggled,
  );
  expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
  expect(await db().project.count({ where: { id, archivedAt: null } })).toBe(1);
});

test("an upload that breaks off creates nothing and hurts nobody", async () => {
  const { id } = await newProject();
  const socket = connect(served.port, "127.0.0.1");
  socket.write(
    head("POST", `/api/v1/projects/${id}/tasks`, ["Content-Type: application/json", "Content-Length: 15", ""]),
  );
  socket.end('{"title":');
  socket.resume();
  await once(socket, "close");
  expect((await ask(served.port, { path: `/api/v1/projects/${id}`, headers: asOwner })).status).toBe(200);
  expect(await db().task.count({ where: { projectId: id } })).toBe(0);
});
