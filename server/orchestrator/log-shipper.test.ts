import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { readLogs } from "@/lib/session/session.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";
import { createLogShipper, lastLineOf } from "./log-shipper.ts";

provideTestDatabase();
const directory = mkdtempSync(join(tmpdir(), "runboard-shipper-"));
afterAll(() => rmSync(directory, { recursive: true }));

async function newSession(): Promise<{ sessionId: string; path: string }> {
  const { id: projectId } = await newProject();
  const task = await newTask(projectId);
  await call("task", "queue", { taskId: task.id });
  const { claims } = await (await newWorker()).step();
  const { sessionId } = claims.find(({ taskId }) => taskId === task.id)!;
  return { sessionId, path: join(directory, sessionId) };
}

async function shipped(sessionId: string): Promise<string> {
  let text = "";
  for (let after = 0; ; ) {
    const page = await readLogs(db(), { sessionId, after, waitSeconds: 0 });
    if (page.items.length === 0) return text;
    text += page.items.map((item) => item.text).join("");
    after = page.nextOffset;
  }
}

it("brings every byte over, cut only between characters, however the file grows", async () => {
  const { sessionId, path } = await newSession();
  const shipper = createLogShipper();
  const line = `${"ä€😀".repeat(9_000)}\n`;
  writeFileSync(path, line);
  shipper.follow(sessionId, path, 0);
  for (let n = 0; n < 5; n++) appendFileSync(path, `${n} ${line}`);
  await shipper.finish(sessionId);
  expect(await shipped(sessionId)).toBe(line + [0, 1, 2, 3, 4].map((n) => `${n} ${line}`).join(""));
});

it("two that read the same file write nothing twice, and a successor goes on where the first one stopped", async () => {
  const { sessionId, path } = await newSession();
  writeFileSync(path, "one\ntwo\n");
  const first = createLogShipper();
  first.follow(sessionId, path, 0);
  await first.finish(sessionId);
  appendFileSync(path, "three\n");
  const [late, successor] = [createLogShipper(), createLogShipper()];
  late.follow(sessionId, path, 0);
  successor.follow(sessionId, path, 8);
  await Promise.all([late.finish(sessionId), successor.finish(sessionId)]);
  expect(await shipped(sessionId)).toBe("one\ntwo\nthree\n");
});

it("finds the last line that says something, without its colours", async () => {
  const path = join(directory, "coloured");
  writeFileSync(path, "first\n\u001b[31mError: it broke\u001b[0m\r\n\n  \n");
  expect(await lastLineOf(path)).toBe("Error: it broke");
});
