import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { claudeCode } from "../claude/claude.ts";
import type { AgentPlan } from "../plan.ts";
import { keepConversation, restoreConversation } from "./conversation.ts";

const id = "0b5c1c64-5a0c-4f5e-8f43-3a4f2b0f7a11";
const { conversation } = claudeCode;
let root: string;
let where: { kept: string; state: string };
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "runboard-conversation-"));
  where = { kept: join(root, "conversation"), state: join(root, "home/.agent") };
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function put(path: string, text: string): void {
  mkdirSync(dirname(join(where.state, path)), { recursive: true });
  writeFileSync(join(where.state, path), text);
}

test("keeps the transcript and nothing an agent could have planted beside it", async () => {
  put(`projects/-a-work/${id}.jsonl`, "talk");
  put("settings.json", '{"hooks":{}}');
  put(".claude.json", "{}");
  put("projects/-a-work/other.jsonl", "of another");
  put(`plugins/${id}.jsonl`, "a plugin");
  await keepConversation(conversation!, id, where);
  expect(readdirSync(where.kept)).toEqual([`${id}.jsonl`]);
  rmSync(where.state, { recursive: true });
  await restoreConversation(conversation!, { work: "/b/work" } as AgentPlan, where);
  expect(readFileSync(join(where.state, `projects/-b-work/${id}.jsonl`), "utf8")).toBe("talk");
});

test("follows no link, to a file or a directory", async () => {
  writeFileSync(join(root, "secret"), "of the host");
  mkdirSync(join(root, `elsewhere/-a-work`), { recursive: true });
  writeFileSync(join(root, `elsewhere/-a-work/${id}.jsonl`), "of the host");
  mkdirSync(join(where.state, "projects/-a-work"), { recursive: true });
  symlinkSync(join(root, "secret"), join(where.state, `projects/-a-work/${id}.jsonl`));
  symlinkSync(join(root, "elsewhere/-a-work"), join(where.state, "projects/-b-work"));
  await keepConversation(conversation!, id, where);
  expect(existsSync(where.kept)).toBe(false);
});

test("what was kept before stays where nothing new was left", async () => {
  mkdirSync(where.kept);
  writeFileSync(join(where.kept, `${id}.jsonl`), "before");
  await keepConversation(conversation!, id, where);
  expect(readFileSync(join(where.kept, `${id}.jsonl`), "utf8")).toBe("before");
});

test("of two of the same name one is kept", async () => {
  put(`projects/-a-work/${id}.jsonl`, "one");
  put(`projects/-b-work/${id}.jsonl`, "two");
  await keepConversation(conversation!, id, where);
  expect(["one", "two"]).toContain(readFileSync(join(where.kept, `${id}.jsonl`), "utf8"));
});
