import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, expect, test, vi } from "vitest";
import type { FoundAgent } from "@/lib/agent/contract.ts";
import { configSchema } from "@/lib/config/schema.ts";
import { env } from "@/lib/env.ts";
import { call, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";
import { eventually as within } from "../../sandbox/eventually.ts";
import { type RunningOrchestrator, startOrchestrator } from "../testing.ts";
import { createAgentCensus } from "./say-agents.ts";

vi.setConfig({ testTimeout: 180_000 });
provideTestDatabase();
/** Other tests may have the machine to themselves for a while. */
const eventually = <Found>(look: () => Promise<Found> | Found) => within(look, 60_000);
const root = mkdtempSync(join(tmpdir(), "runboard-agents-"));
const running: RunningOrchestrator[] = [];
afterEach(async () => {
  for (const orchestrator of running.splice(0)) await orchestrator.stop();
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

function program(name: string, script: string): string {
  const path = join(root, name);
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}
const listed = async (workerId: string) => {
  const { orchestrators } = await call<{ orchestrators: { id: string; agents: FoundAgent[] }[] }>("agent", "list", {});
  return orchestrators.find(({ id }) => id === workerId)?.agents ?? [];
};

test("an orchestrator says which agents it has found, in which version, and what to do about those it has not", async () => {
  const claude = program("claude", 'echo "2.1.7 (Claude Code)"');
  Object.assign(env, { CLAUDE_CLI_PATH: claude });
  const orchestrator = await startOrchestrator();
  running.push(orchestrator);
  const agents = await eventually(async () => {
    const found = await listed(orchestrator.services.worker.id);
    return found.length > 0 && found;
  });
  expect(agents[0]).toEqual({ name: "claude-code", program: claude, version: "2.1.7", problem: null });
  expect(agents.find(({ name }) => name === "codex")).toMatchObject({
    ...{ program: null, version: null, problem: expect.stringContaining("codex-acp") },
  });
});

test("what came or went is said at the next look, a program that does not tell its version too, and nothing is asked twice", async () => {
  const orchestrator = await startOrchestrator();
  running.push(orchestrator);
  const asked = join(root, "asked");
  const mine = program("mine", `echo asked >> ${asked}; exit 3`);
  const { id } = await newWorker();
  const worker = { ...orchestrator.services.worker, id };
  const services = { ...orchestrator.services, worker, config: configSchema.parse({ acpAgents: {} }) };
  const say = createAgentCensus(services);
  await say();
  services.config = configSchema.parse({ acpAgents: { mine: { command: mine, args: ["serve"] } } });
  await say();
  expect(await listed(id)).toContainEqual({ name: "mine", program: mine, version: null, problem: null });
  await say();
  await say();
  expect(readFileSync(asked, "utf8")).toBe("asked\n");
  rmSync(mine);
  await say();
  expect(await listed(id)).toContainEqual(expect.objectContaining({ name: "mine", program: null }));
});
