import { expect, test } from "vitest";
import { createFakeSandbox } from "./fake-sandbox.ts";

const plan = (sessionId: string) => ({
  sessionId,
  directory: `/sessions/${sessionId}`,
  command: "anything",
  args: [],
  workingDirectory: null,
  environment: {},
});

test("the fake keeps the port's promises: one launch, the test's outcome, told to the listener", async () => {
  const sandbox = createFakeSandbox();
  const heard: string[] = [];
  sandbox.onExit((sessionId) => heard.push(sessionId));
  const { identity } = await sandbox.launch(plan("a"));
  expect(await sandbox.look("/sessions/a", null)).toEqual({ kind: "running", identity });
  await expect(sandbox.launch(plan("a"))).rejects.toMatchObject({ code: "ALREADY_LAUNCHED" });
  expect(await sandbox.forbidLaunch("/sessions/a")).toBe(false);
  sandbox.finish("/sessions/a", 3);
  sandbox.vanish("/sessions/a");
  expect(await sandbox.look("/sessions/a", identity)).toEqual({ kind: "exited", exitCode: 3 });
  expect(heard).toEqual(["a"]);
});

test("the fake obeys a forbidden launch", async () => {
  const sandbox = createFakeSandbox();
  expect(await sandbox.forbidLaunch("/sessions/b")).toBe(true);
  await expect(sandbox.launch(plan("b"))).rejects.toMatchObject({ code: "ALREADY_LAUNCHED" });
  expect(await sandbox.look("/sessions/b", null)).toEqual({ kind: "never-launched" });
  expect(sandbox.launched).toEqual([]);
});
