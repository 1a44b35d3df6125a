import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { transform } from "esbuild";
import { afterAll, expect, it } from "vitest";
import { call, newProject, provideTestDatabase } from "@/lib/testing/world.ts";
import { answerApi } from "@/server/web/answer-api.ts";
import { ownerToken, serveDuringTests } from "@/server/web/testing.ts";

// As somebody else uses it: a project of their own that has this package, its compiler, and Node.

provideTestDatabase();
const served = serveDuringTests({ handleApi: answerApi });
const root = join(import.meta.dirname, "..");
const theirs = mkdtempSync(join(tmpdir(), "runboard-client-"));
mkdirSync(join(theirs, "node_modules"));
symlinkSync(root, join(theirs, "node_modules/runboard"));
writeFileSync(join(theirs, "package.json"), '{"type":"module"}');
afterAll(() => rmSync(theirs, { recursive: true, force: true }));

const run = promisify(execFile);
const check = async (name: string, source: string) => {
  writeFileSync(join(theirs, name), source);
  const flags = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2022",
    "--lib",
    "es2023,dom",
    "--types",
    "",
  ];
  return run(join(root, "node_modules/.bin/tsc"), [...flags, name], { cwd: theirs }).then(
    () => "",
    ({ stdout }: { stdout: string }) => stdout,
  );
};

it("is typed by the catalogue, without any package of ours", { timeout: 60_000 }, async () => {
  const good = `import { createClient, RunboardError, type Task } from "runboard/client";
const client = createClient({ url: "http://127.0.0.1:1", token: "t" });
const task: Task = await client.task.create({ projectId: "DEMO", title: "t" }, { idempotencyKey: "k" });
const { items, nextCursor } = await client.session.list({ taskId: task.key, limit: 5 });
const text: string | null = items[0]!.liveLine ?? nextCursor;
await client.queue.status().catch((error: unknown) => { if (error instanceof RunboardError && error.code === "UNAVAILABLE") throw error; });
console.log(text);`;
  expect(await check("good.ts", good)).toBe("");
  const bad = `import { createClient } from "runboard/client";
const client = createClient({ url: "", token: "" });
await client.task.create({ projectId: "DEMO" });
await client.task.burn({});
const wrong: number = (await client.task.get({ taskId: "T" })).title;
console.log(wrong);`;
  const said = await check("bad.ts", bad);
  expect(said).toMatch(/bad\.ts\(3,.*title/s);
  expect(said).toMatch(/bad\.ts\(4,.*burn/s);
  expect(said).toMatch(/bad\.ts\(5,/);
});

it("creates once, reads pages, and throws refusals with their code", { timeout: 60_000 }, async () => {
  const { key } = await newProject();
  writeFileSync(
    join(theirs, "script.js"),
    `import { createClient, RunboardError } from "runboard/client";
const [url, token, projectId] = process.argv.slice(2);
const client = createClient({ url, token });
const once = () => client.task.create({ projectId, title: "Größe/1?" }, { idempotencyKey: "k1" });
const [first, again] = [await once(), await once()];
const { items } = await client.task.list({ projectId, status: "DRAFT", limit: 1 });
const changed = await client.task.update({ taskId: first.key, priority: 4 }, { ifMatch: 1 });
const refused = await client.task.update({ taskId: first.key, priority: 1 }, { ifMatch: 1 }).catch((error) => error);
const cleared = await client.queue.clear({ projectId });
console.log(JSON.stringify({ same: first.id === again.id, title: items[0].title, priority: changed.priority,
  refused: [refused instanceof RunboardError, refused.code, refused.status, refused.details.current.version], cleared }));`,
  );
  const { stdout } = await run(process.execPath, ["script.js", `http://127.0.0.1:${served.port}/`, ownerToken, key], {
    cwd: theirs,
  });
  expect(JSON.parse(stdout)).toEqual({
    ...{ same: true, title: "Größe/1?", priority: 4, cleared: { cleared: [] } },
    refused: [true, "VERSION_CONFLICT", 409, 2],
  });
});

it("does what docs/api.md shows, whose card can run", { timeout: 60_000 }, async () => {
  const { key } = await newProject();
  const [, shown = ""] = /```ts\n(.*?)```/s.exec(readFileSync(join(root, "docs/api.md"), "utf8")) ?? [];
  const source = shown
    .replace("http://127.0.0.1:3000", `http://127.0.0.1:${served.port}`)
    .replace('"DEMO"', `"${key}"`);
  writeFileSync(join(theirs, "shown.js"), (await transform(source, { loader: "ts" })).code);
  const env = { ...process.env, RUNBOARD_TOKEN: ownerToken };
  await run(process.execPath, ["shown.js"], { cwd: theirs, env });
  expect(await call("task", "get", { taskId: `${key}-1` })).toMatchObject({ status: "QUEUED" });
});
