import { isDeepStrictEqual } from "node:util";
import { readConfig } from "@/lib/config/config.ts";
import type { Config } from "@/lib/config/schema.ts";
import type { Tx } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import { findProject } from "@/lib/project/find.ts";
import { type ProjectSettings, projectSettingsSchema } from "@/lib/project/schema.ts";
import type { EffectiveSetting } from "@/lib/session/schema.ts";

type Name = keyof ProjectSettings;

/** What a session starts with where its task says nothing of its own. */
const shown = [
  ...(["sandbox", "network", "allowedHosts", "model", "permissions", "boardTools", "sessionTasks"] as const),
  ...(["maxConcurrentSessions", "defaultMaxAttempts", "defaultTimeoutSeconds", "idleTimeoutSeconds"] as const),
  ...(["pendingTimeoutSeconds", "escalationStrategy", "retryBaseMs", "retryCapMs", "retryOn"] as const),
  ...(["sessionCpus", "sessionMemoryBytes", "sessionDiskBytes", "sessionBudgetUsd", "dailyBudgetUsd"] as const),
  ...(["questionTimeoutSeconds", "questionOnTimeout", "budgetStopsRunning"] as const),
] satisfies Name[];

/** The instance's where a project has null. */
const inherited = (config: Config): Partial<Record<Name, unknown>> => ({
  idleTimeoutSeconds: config.idleTimeoutSeconds,
  pendingTimeoutSeconds: config.pendingTimeoutSeconds,
  escalationStrategy: config.escalationStrategy,
  retryBaseMs: config.retryBaseMs,
  retryCapMs: config.retryCapMs,
  retryOn: ["EXIT", "TIMEOUT", "START", "RATE_LIMIT"],
  defaultMaxAttempts: env.TASK_RETRY_ATTEMPTS,
  defaultTimeoutSeconds: { cli: Math.ceil(env.TASK_TIMEOUT_MS / 1000), agents: 3600 },
});

/** Only the instance's: projects have no word in it. */
const instanceOnly = ["maxConcurrentPerUser", "maxConcurrentPerAgentType", "logMaxBytes", "lineMaxBytes"] as const;

/** The settings in force for sessions of a project, or of a project that has chosen nothing. */
export async function sessionConfig(tx: Tx, projectRef: string | undefined) {
  const project = projectRef === undefined ? null : await findProject(tx, projectRef);
  const config = await readConfig(tx);
  const [chosen, defaults] = [projectSettingsSchema.parse(project?.settings ?? {}), projectSettingsSchema.parse({})];
  const instance = inherited(config);
  const inForce = (name: Name): EffectiveSetting => {
    if (name === "sandbox" && env.RUNBOARD_SANDBOX !== undefined)
      return { name, value: env.RUNBOARD_SANDBOX, from: "instance" };
    if (!isDeepStrictEqual(chosen[name], defaults[name])) return { name, value: chosen[name], from: "project" };
    if (name in instance) return { name, value: instance[name], from: "instance" };
    return { name, value: chosen[name], from: "default" };
  };
  return {
    projectId: project?.id ?? null,
    settings: [
      ...shown.map(inForce),
      ...instanceOnly.map((name) => ({ name, value: config[name], from: "instance" as const })),
    ],
  };
}
