import type { Config } from "@/lib/config/schema.ts";
import type { ProjectSettings } from "@/lib/project/schema.ts";

type Field = "pendingTimeoutSeconds" | "checkIntervalSeconds" | "idleTimeoutSeconds" | "escalationStrategy";

/** How one project is watched. */
export type MonitorPolicy = Pick<Config, Field>;

/** What the project says, else the instance. */
export function monitorPolicyOf(
  project: Partial<Pick<ProjectSettings, Field>>,
  instance: MonitorPolicy,
): MonitorPolicy {
  return {
    pendingTimeoutSeconds: project.pendingTimeoutSeconds ?? instance.pendingTimeoutSeconds,
    checkIntervalSeconds: project.checkIntervalSeconds ?? instance.checkIntervalSeconds,
    idleTimeoutSeconds: project.idleTimeoutSeconds ?? instance.idleTimeoutSeconds,
    escalationStrategy: project.escalationStrategy ?? instance.escalationStrategy,
  };
}
