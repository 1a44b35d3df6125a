import { beforeAll, describe, expect, it, vi } from "vitest";

const token = vi.hoisted(() => {
  process.env.RUNBOARD_TOKEN = "owner-token-of-the-http-tests";
  return process.env.RUNBOARD_TOKEN;
});

import { contract } from "@/lib/contract.ts";
import { db } from "@/lib/db.ts";
import { errorTable } from "@/lib/errors.ts";
import { serveApi } from "@/lib/http/serve.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase, quiet } from "@/lib/testing/world.ts";

provideTestDatabase();

interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: the body is what the test asks about
  body: any;
}

async function request(
  method: string,
  path: string,
  options: { body?: unknown; raw?: BodyInit; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const headers = new Headers({ authorization: `Bearer ${token}`, ...options.headers });
  const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
  if (body !== undefined && !headers.has("content-type")) headers.set("content-type", "application/json");
  const response = await serveApi(new Request(`http://localhost/api${path}`, { method, headers, body: body ?? null }));
  return { status: response.status, body: await response.json() };
}

function expectError({ status, body }: Answer, code: keyof typeof errorTable): void {
  expect({ status, code: body.code }).toEqual({ status: errorTable[code].status, code });
  expect(Object.keys(body).sort()).toEqual(["code", "details", "message"]);
  expect(body.message).toMatch(/\S/);
  expect(JSON.stringify(body)).not.toMatch(/node_modules|\bat .+:\d+:\d+|SELECT |prisma/i);
}

let projectId: string;
beforeAll(async () => {
  projectId = (await newProject()).id;
});

describe("a call without a body", () => {
  it("that deletes takes its filter from the address, or deletes everything", async () => {
    const [here, there] = [await newProject(), await newProject()];
    const tasks = [await newTask(here.id), await newTask(there.id)];
    for (const { id } of tasks) await call("task", "queue", { taskId: id });
    const one = await request("DELETE", `/v1/queue?projectId=${here.id}`);
    expect(one).toEqual({ status: 200, body: { cleared: [tasks[0]!.id] } });
    const rest = await request("DELETE", "/v1/queue");
    expect(rest).toEqual({ status: 200, body: { cleared: [tasks[1]!.id] } });
    expectError(await request("DELETE", "/v1/queue?colour=red"), "VALIDATION_FAILED");
  });

  it("that needs one is told what is missing", async () => {
    const answer = await request("POST", "/v1/sessions");
    expectError(answer, "VALIDATION_FAILED");
    expect(answer.body.details.issues[0].path).toBe("taskId");
  });
});

describe("a body", () => {
  const path = () => `/v1/projects/${projectId}/tasks`;

  it.each([
    [
      "that is no JSON",
      "UNSUPPORTED_MEDIA_TYPE",
      { raw: "title=x", headers: { "content-type": "application/x-www-form-urlencoded" } },
    ],
    [
      "of plain text, as a foreign form could send it",
      "UNSUPPORTED_MEDIA_TYPE",
      { raw: '{"title":"x"}', headers: { "content-type": "text/plain" } },
    ],
    ["that breaks off", "MALFORMED_BODY", { raw: '{"title":' }],
    ["that is an array", "VALIDATION_FAILED", { raw: "[]" }],
    ["that is a word", "VALIDATION_FAILED", { raw: '"x"' }],
    ["that is null", "VALIDATION_FAILED", { raw: "null" }],
    ["over 8 MiB", "PAYLOAD_TOO_LARGE", { raw: `{"title":"${"x".repeat(8 * 1024 * 1024)}"}` }],
    [
      "nested without end",
      "VALIDATION_FAILED",
      { raw: `{"metadata":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}` },
    ],
    ["without the title", "VALIDATION_FAILED", { raw: "{}" }],
    ["with an unknown field", "VALIDATION_FAILED", { raw: '{"title":"x","colour":"red"}' }],
  ] as const)("%s is %s and creates nothing", async (_, code, options) => {
    const before = await db().task.count();
    expectError(await request("POST", path(), options), code);
    expect(await db().task.count()).toBe(before);
  });

  it("with wrong fields gets the path of each", async () => {
    const { body } = await request("POST", path(), { body: { title: "", priority: 9, tags: ["ok", ""] } });
    expect(body.details.issues.map((issue: { path: string }) => issue.path).sort()).toEqual([
      "priority",
      "tags.1",
      "title",
    ]);
  });
});

describe("an error", () => {
  it("has the same three fields and the table's status, whatever went wrong", async () => {
    const task = await newTask(projectId);
    expectError(await request("GET", `/v1/tasks/${projectId}`), "NOT_FOUND");
    expectError(await request("POST", `/v1/tasks/${task.id}/accept`), "ILLEGAL_TRANSITION");
    expectError(
      await request("PATCH", `/v1/tasks/${task.id}`, { body: { title: "t", version: 99 } }),
      "VERSION_CONFLICT",
    );
    expectError(await request("PUT", `/v1/tasks/${task.id}/dependencies/${task.id}`), "DEPENDENCY_CYCLE");
    expectError(await request("POST", `/v1/sandboxes/${task.id}/heartbeat`), "FORBIDDEN");
    expectError(await request("GET", "/v1/no/such/route"), "NOT_FOUND");
    expectError(await request("GET", "/nothing"), "NOT_FOUND");
    expectError(await request("GET", `/v1/projects/${projectId}/tasks?status=WRONG`), "VALIDATION_FAILED");
    expectError(await request("GET", `/v1/projects/${projectId}/tasks?limit=0`), "VALIDATION_FAILED");
    expectError(await request("GET", "/v1/sessions/not-an-id"), "VALIDATION_FAILED");
    expectError(
      await request("POST", `/v1/projects/${projectId}/tasks`, {
        body: { title: "t" },
        headers: { "idempotency-key": "k".repeat(201) },
      }),
      "VALIDATION_FAILED",
    );
  });

  it.each(["%00", "%ff", "..%2f..", '\'; DROP TABLE "Task"; --', "-".repeat(36), "9".repeat(64)])(
    "for the odd name %j is NOT_FOUND or VALIDATION_FAILED, never 500",
    async (name) => {
      for (const path of [
        `/v1/projects/${encodeOnce(name)}`,
        `/v1/tasks/${encodeOnce(name)}`,
        `/v1/sessions/${encodeOnce(name)}`,
      ]) {
        expect([400, 404, 422]).toContain((await request("GET", path)).status);
      }
    },
  );

  it.each([
    "-".repeat(36),
    "WyJhYmMiLCIwMDAwMDAwMC0wMDAwLTAwMDAtMDAwMC0wMDAwMDAwMDAwMDAiXQ",
    "WyIxIiwiLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tLS0tIl0",
    "x",
    "%00",
  ])("for the forged cursor %s is VALIDATION_FAILED", async (cursor) => {
    for (const path of [
      "/v1/projects",
      "/v1/sessions",
      `/v1/projects/${projectId}/tasks`,
      `/v1/projects/${projectId}/tasks?sort=recent`,
      `/v1/projects/${projectId}/chat/messages`,
    ]) {
      expectError(
        await request("GET", `${path}${path.includes("?") ? "&" : "?"}cursor=${cursor}`),
        "VALIDATION_FAILED",
      );
    }
  });

  it.each([
    ["position", "1e-400"],
    ["position", "1e999"],
    ["queue", "0.0000001e-320"],
    ["recent", "2024-02-30 00:00:00+00"],
    ["recent", "0000-01-01 00:00:00+00"],
    ["recent", "9999-12-31 23:59:59-12"],
  ])("for a cursor by %s with the value %s, which no database reads, is VALIDATION_FAILED", async (sort, value) => {
    const cursor = Buffer.from(JSON.stringify([value, projectId])).toString("base64url");
    const path = `/v1/projects/${projectId}/tasks?sort=${sort}&cursor=${cursor}`;
    expectError(await request("GET", path), "VALIDATION_FAILED");
  });

  it("is none for the cursors that hold any number and any time a card may have", async () => {
    for (const [sort, value] of [
      ["position", "-0"],
      ["position", "1e+300"],
      ["position", "1.5e-300"],
      ["queue", "Infinity"],
      ["recent", "2024-02-29 23:59:59.123+00"],
      ["recent", "2024-02-29 23:59:59+05:30"],
      ["recent", "2024-02-29 23:59:59+23:59"],
    ]) {
      const cursor = Buffer.from(JSON.stringify([value, projectId])).toString("base64url");
      const { status } = await request("GET", `/v1/projects/${projectId}/tasks?sort=${sort}&cursor=${cursor}`);
      expect({ sort, value, status }).toEqual({ sort, value, status: 200 });
    }
  });

  it("nobody foresaw is INTERNAL and says nothing of the inside", async () => {
    await db().$executeRaw`ALTER TABLE "Config" RENAME TO "Config_away"`;
    try {
      const answer = await request("GET", "/v1/config");
      expectError(answer, "INTERNAL");
      expect(answer.body.message).not.toMatch(/Config/);
      expect(answer.body.details).toEqual({});
    } finally {
      await db().$executeRaw`ALTER TABLE "Config_away" RENAME TO "Config"`;
    }
  });
});

const encodeOnce = (name: string): string =>
  name.startsWith("%") || name.includes("%2f") ? name : encodeURIComponent(name);

describe("who may ask", () => {
  it("is nobody without a token, and everything is the same 401", async () => {
    for (const authorization of ["", "Bearer wrong-token-of-somebody-else", "Basic b3duZXI6", `Bearer ${token}x`]) {
      expectError(await request("GET", "/v1/projects", { headers: { authorization } }), "UNAUTHENTICATED");
      expectError(await request("GET", "/openapi.json", { headers: { authorization } }), "UNAUTHENTICATED");
    }
  });

  it("may always ask whether it lives, and is told when nobody works", async () => {
    await quiet();
    const live = await request("GET", "/health/live", { headers: { authorization: "" } });
    expect(live).toEqual({ status: 200, body: { status: "ok" } });
    expect((await request("GET", "/health/ready")).status).toBe(503);
    await newWorker();
    expect((await request("GET", "/health/ready")).status).toBe(200);
    projectId = (await newProject()).id;
  });
});

describe("the counts for Prometheus", () => {
  const scrape = async (authorization = `Bearer ${token}`) =>
    serveApi(new Request("http://localhost/api/metrics", { headers: { authorization } }));

  it("say what waits and runs, for people only", async () => {
    await quiet();
    projectId = (await newProject()).id;
    const worker = await newWorker(7);
    const tasks = await Promise.all([newTask(projectId), newTask(projectId), newTask(projectId, { status: "DRAFT" })]);
    for (const { id } of tasks.slice(0, 2)) await call("task", "queue", { taskId: id });
    const { tokens } = await worker.step([], 1);
    const answer = await scrape();
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain; version=0.0.4/);
    const text = await answer.text();
    for (const line of [
      'runboard_tasks{status="DRAFT"} 1',
      'runboard_tasks{status="QUEUED"} 1',
      'runboard_tasks{status="RUNNING"} 1',
      'runboard_sessions{agent="cli"} 1',
      "runboard_queue_tasks 1",
      "runboard_orchestrators 1",
      "runboard_slots 7",
    ])
      expect(text.split("\n")).toContain(line);
    expect(text).toMatch(/^runboard_events_total [1-9]\d*$/m);
    expect(text).toMatch(/^process_resident_memory_bytes \d+$/m);
    expect((await scrape("")).status).toBe(401);
    expect((await scrape(`Bearer ${[...tokens.values()][0]}`)).status).toBe(403);
  });
});

describe("the description of the API", () => {
  it("lists every operation of the catalogue and nothing else", async () => {
    const { body } = await request("GET", "/openapi.json");
    const beside = ["/api/health/live", "/api/health/ready", "/api/openapi.json", "/api/metrics", "/mcp"];
    const listed = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
      beside.includes(path) ? [] : Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    const wanted = Object.values(contract).flatMap((entries) =>
      Object.values(entries).map((entry) => {
        const { method, path } = (entry as { "~orpc": { route: { method?: string; path?: string } } })["~orpc"].route;
        return `${method} ${path}`;
      }),
    );
    expect(listed.sort()).toEqual(wanted.sort());
  });
});

describe("an answer", () => {
  it("of a create is 201 and has times in ISO UTC, and is never stored on the way", async () => {
    const raw = new Request(`http://localhost/api/v1/projects/${projectId}/tasks`, {
      method: "POST",
      body: '{"title":"t","deadline":"2030-01-01T02:00:00+02:00"}',
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json; charset=utf-8" },
    });
    const response = await serveApi(raw);
    expect([response.status, response.headers.get("cache-control")]).toEqual([201, "no-store"]);
    const task = await response.json();
    for (const time of [task.createdAt, task.updatedAt, task.statusSince])
      expect(time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(task.deadline).toBe("2030-01-01T00:00:00.000Z");
  });

  it("to an If-Match and an Idempotency-Key is as invoke gives it", async () => {
    const headers = { "idempotency-key": "http-1" };
    const first = await request("POST", `/v1/projects/${projectId}/tasks`, { body: { title: "once" }, headers });
    const second = await request("POST", `/v1/projects/${projectId}/tasks`, { body: { title: "once" }, headers });
    expect(second).toEqual(first);
    const path = `/v1/tasks/${first.body.id}`;
    expect(
      (await request("PATCH", path, { body: { title: "two" }, headers: { "if-match": '"1"' } })).body,
    ).toMatchObject({ version: 2 });
    expectError(
      await request("PATCH", path, { body: { title: "three" }, headers: { "if-match": '"1"' } }),
      "VERSION_CONFLICT",
    );
  });
});

describe("an edit on a condition", () => {
  it.each(['"1", "2"', '"abc"', '"-1"', '"1.5"', "W/1x", ""])(
    "that cannot be read, If-Match: %j, is refused and changes nothing",
    async (version) => {
      const path = `/v1/projects/${projectId}`;
      const { body: before } = await request("GET", path);
      const headers = { "if-match": version };
      expectError(await request("PATCH", path, { body: { name: "lost" }, headers }), "VALIDATION_FAILED");
      expect((await request("GET", path)).body).toEqual(before);
    },
  );

  it("is of any version with *, of one with its number, in every form of it", async () => {
    const path = `/v1/projects/${projectId}`;
    const edit = (version: string) =>
      request("PATCH", path, { body: { name: `after ${version}` }, headers: { "if-match": version } });
    const { version } = (await edit("*")).body;
    expect((await edit(`"${version}"`)).body).toMatchObject({ version: version + 1 });
    expect((await edit(`W/"${version + 1}"`)).body).toMatchObject({ version: version + 2 });
    expectError(await edit(`${version}`), "VERSION_CONFLICT");
  });
});

describe("paging", () => {
  /** Reads to the end, two a page; between the pages, more rows come. */
  async function readAll(path: string, between: () => Promise<unknown>): Promise<string[]> {
    const ids: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { status, body }: Answer = await request(
        "GET",
        `${path}${path.includes("?") ? "&" : "?"}limit=2${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`,
      );
      expect(status).toBe(200);
      ids.push(...body.items.map(({ id }: { id: string }) => id));
      cursor = body.nextCursor;
      if (ids.length < 20) await between();
    }
    return ids;
  }

  function expectWhole(read: string[], there: string[]): void {
    expect(new Set(read).size).toBe(read.length);
    expect(there.filter((id) => !read.includes(id))).toEqual([]);
  }

  it.each(["position", "queue", "recent"])(
    "of tasks by %s leaves none out and gives none twice while more come",
    async (sort) => {
      const project = await newProject();
      const there: string[] = [];
      for (let n = 0; n < 7; n++) there.push((await newTask(project.id)).id);
      for (const taskId of there.slice(0, 3)) await call("task", "queue", { taskId });
      expectWhole(await readAll(`/v1/projects/${project.id}/tasks?sort=${sort}`, () => newTask(project.id)), there);
    },
  );

  it("of projects, sessions and the chat, likewise", { timeout: 60_000 }, async () => {
    await quiet();
    const projects = await Promise.all(Array.from({ length: 5 }, () => newProject()));
    expectWhole(
      await readAll("/v1/projects", () => newProject()),
      projects.map(({ id }) => id),
    );

    const [project] = projects;
    const run = async () => {
      const task = await newTask(project!.id);
      await call("task", "queue", { taskId: task.id });
      return (await worker.step()).claims.map(({ sessionId }) => sessionId);
    };
    const worker = await newWorker();
    await call("project", "update", { projectId: project!.id, settings: { maxConcurrentSessions: 64 } });
    const sessions = [...(await run()), ...(await run()), ...(await run()), ...(await run()), ...(await run())];
    expectWhole(await readAll(`/v1/sessions?projectId=${project!.id}`, run), sessions);

    const say = (text: string) => call<{ message: { id: string } }>("chat", "post", { projectId: project!.id, text });
    const said: string[] = [];
    for (let n = 0; n < 5; n++) said.push((await say(`words ${n}`)).message.id);
    expectWhole(await readAll(`/v1/projects/${project!.id}/chat/messages`, () => say("/help")), said);
  });
});
