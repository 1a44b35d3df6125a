import type { FoundAgent } from "@/lib/agent/contract.ts";
import { db } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import type { Spawner } from "../../sandbox/spawner/spawner.ts";
import type { Services } from "../services.ts";
import { AgentNotFoundError } from "../session/program.ts";
import { findAgent } from "./find-agent.ts";

const versionMs = 10_000;
const hourMs = 3_600_000;

type Found = Omit<FoundAgent, "version">;

/**
 * Says in the orchestrator's row which agents its machine has. The programs are looked for every time, their versions asked for only when
 * something has come or gone, and once an hour: a program may be replaced by a newer one in its place.
 */
export function createAgentCensus(services: Pick<Services, "worker" | "spawner" | "config">): () => Promise<void> {
  let said = "";
  let saidAtMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const found = lookForAgents(services);
    const now = JSON.stringify(found);
    if (now === said && performance.now() - saidAtMs < hourMs) return;
    const agents = await Promise.all(found.map((agent) => withVersion(services.spawner, agent)));
    await db().worker.updateMany({ where: { id: services.worker.id }, data: { agents } });
    said = now;
    saidAtMs = performance.now();
  };
}

/** Claude Code, and whatever is configured to speak the Agent Client Protocol, by its name there. */
function lookForAgents({ config }: Pick<Services, "config">): Found[] {
  const names = Object.keys(config.acpAgents);
  const claude = lookFor("claude-code", () => findAgent({ type: "claude-code", spec: {} }, config));
  const others = names.map((name) => lookFor(name, () => findAgent({ type: "acp", spec: { agent: name } }, config)));
  return [claude, ...others];
}

function lookFor(name: string, find: () => { program: string }): Found {
  try {
    return { name, program: find().program, problem: null };
  } catch (thrown) {
    if (!(thrown instanceof AgentNotFoundError)) throw thrown;
    return { name, program: null, problem: thrown.message };
  }
}

/** Null where it does not tell in time, or not by itself. */
async function withVersion(spawner: Spawner, { name, program, problem }: Found): Promise<FoundAgent> {
  if (program === null) return { name, program, version: null, problem };
  const asked = { command: program, args: ["--version"], timeoutMs: versionMs, maxOutputBytes: 4096 };
  const answer = await spawner.run({ ...asked, env: { PATH: env.PATH, HOME: "/nonexistent" } }).catch(() => null);
  const version = answer?.exitCode === 0 ? (/\d+\.\d+\S*/.exec(answer.stdout)?.[0] ?? null) : null;
  return { name, program, version, problem };
}
