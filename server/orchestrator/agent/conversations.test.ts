import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { home } from "@/lib/env.ts";
import { runningAgent } from "@/lib/testing/agents.ts";
import { call, provideTestDatabase, reportOf } from "@/lib/testing/world.ts";
import { agentPaths } from "../../agent/agent-paths.ts";
import { holdSession } from "../session/held-session.ts";
import { hasConversation, keepTalk, restoreConversation, sweepConversations } from "./conversations.ts";

provideTestDatabase();
const root = mkdtempSync(join(tmpdir(), "runboard-conversations-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A session's directory with something in its conversation. */
async function talked(attempt = 1, files: Record<string, string> = { memory: "said" }) {
  const agent = await runningAgent();
  const directory = mkdtempSync(join(root, "session-"));
  const session = { ...holdSession({ ...agent.claim, attempt }), directory };
  const { conversation } = agentPaths(directory);
  mkdirSync(conversation);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(conversation, name), text);
  return { ...agent, session, conversation, taskId: agent.claim.taskId };
}
const placeOf = (taskId: string) => join(home.conversations, taskId);

test("an attempt's conversation takes the place of the one before, and keeping it twice changes nothing", async () => {
  const { session, taskId } = await talked();
  await keepTalk(session);
  await keepTalk(session);
  expect(await hasConversation(taskId, 1)).toBe(true);
  const next = { ...session, plan: { ...session.plan, attempt: 2 } };
  await keepTalk(next);
  expect(readdirSync(placeOf(taskId))).toEqual(["1"]);
  mkdirSync(agentPaths(session.directory).conversation);
  writeFileSync(join(agentPaths(session.directory).conversation, "memory"), "more");
  await keepTalk(next);
  expect(readdirSync(placeOf(taskId))).toEqual(["2"]);
  expect(await hasConversation(taskId, 1)).toBe(false);
});

test("what was planted is not put back: no link, of whatever kind, and it is still there for another try", async () => {
  const { session, taskId, conversation } = await talked();
  symlinkSync("/etc", join(conversation, "etc"));
  mkdirSync(join(conversation, "deep"));
  symlinkSync("/etc/hostname", join(conversation, "deep", "host"));
  await keepTalk(session);
  for (const name of ["one", "two"]) {
    const directory = join(root, `${taskId}-${name}`);
    mkdirSync(directory);
    await restoreConversation(taskId, 1, directory);
    expect(readdirSync(agentPaths(directory).conversation, { recursive: true }).sort()).toEqual(["deep", "memory"]);
  }
});

test("a conversation that is too large, empty, or itself a link is not kept, and nothing fails", async () => {
  const large = await talked();
  truncateSync(join(large.conversation, "memory"), 300 * 1024 * 1024);
  const empty = await talked(1, {});
  const link = await talked();
  rmSync(link.conversation, { recursive: true });
  symlinkSync("/etc", link.conversation);
  for (const { session, taskId } of [large, empty, link]) {
    await keepTalk(session);
    expect(await hasConversation(taskId, 1)).toBe(false);
  }
});

test("conversations go with their tasks, and when nobody went on with them for long enough", async () => {
  const [old, kept, deleted] = [await talked(), await talked(), await talked()];
  for (const { session } of [deleted, old, kept]) await keepTalk(session);
  await deleted.worker.step([reportOf(deleted.claim)]);
  await call("task", "delete", { taskId: deleted.taskId });
  utimesSync(placeOf(old.taskId), new Date(0), new Date(0));
  await sweepConversations(new Date(Date.now() - 60_000));
  expect([deleted, old, kept].map(({ taskId }) => existsSync(placeOf(taskId)))).toEqual([false, false, true]);
});
