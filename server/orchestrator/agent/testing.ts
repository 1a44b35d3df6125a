import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { env } from "@/lib/env.ts";
import { call, newTask } from "@/lib/testing/world.ts";
import type { Services } from "../services.ts";

/**
 * An agent and its driver in one script, for tests of what stands above them: the prompt is the body of an async function, which has
 *     emit(event)                 tells an event
 *     heard(kind, count = 1)      resolves with the count-th message of that kind from the inbox
 *     end(reason, more)           writes the outcome
 *     plan, directory, fs, path
 */
const script = `
import fs from "node:fs";
import path from "node:path";
const directory = process.argv[2];
const plan = JSON.parse(fs.readFileSync(path.join(directory, "agent.json"), "utf8"));
const emit = (event) => fs.writeSync(1, JSON.stringify({ at: new Date().toISOString(), ...event }) + "\\n");
const inbox = () => {
  try {
    return fs.readFileSync(path.join(directory, "inbox.jsonl"), "utf8").split("\\n").slice(0, -1).flatMap(messageIn);
  } catch {
    return [];
  }
};
const messageIn = (line) => {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
};
const until = async (look) => {
  for (;;) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
};
const heard = (kind, count = 1) => until(() => inbox().filter((message) => message.kind === kind)[count - 1]);
const outcome = { spent: null, conversationId: plan.conversationId, version: null, model: null };
const end = (reason, more = {}) => {
  const end = { reason, message: reason, result: null, ...more };
  fs.writeFileSync(path.join(directory, "outcome.json.new"), JSON.stringify({ end, ...outcome }));
  fs.renameSync(path.join(directory, "outcome.json.new"), path.join(directory, "outcome.json"));
};
const code = /\`\`\`\\n([\\s\\S]*?)\\n\`\`\`/.exec(plan.prompt)?.[1] ?? "end('DONE', { result: plan.prompt })";
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;
await new AsyncFunction("emit", "heard", "end", "plan", "directory", "fs", "path", "until", code)(emit, heard, end, plan, directory, fs, path, until);
`;

export interface StandIn {
  /** Arranges that an orchestrator's agents are driven by the script. */
  arrange(services: Services): void;
  remove(): void;
}

export function standInDriver(): StandIn {
  const root = mkdtempSync(join(tmpdir(), "runboard-stand-in-"));
  const file = join(root, "driver.mjs");
  writeFileSync(file, script);
  Object.assign(env, { CLAUDE_CLI_PATH: "/bin/true" });
  return {
    arrange(services) {
      const { launch } = services.sandbox;
      services.sandbox.launch = ({ driver, ...plan }) =>
        launch(driver === undefined ? plan : { ...plan, command: process.execPath, args: [file, plan.directory] });
    },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

/** A queued task whose agent does what the code says. */
export async function queueAgent(projectId: string, code: string, more: object = {}): Promise<string> {
  const { spec = {}, ...task } = more as { spec?: object };
  const prompt = `\`\`\`\n${code}\n\`\`\``;
  const { id } = await newTask(projectId, { type: "claude-code", ...task, spec: { prompt, ...spec } });
  await call("task", "queue", { taskId: id });
  return id;
}

/** Agents are the fake of Claude Code's program from now on, beside the real driver. */
export function installFakeClaude(): void {
  Object.assign(env, { CLAUDE_CLI_PATH: fileURLToPath(new URL("../../agent/fake/fake-claude.mjs", import.meta.url)) });
}
