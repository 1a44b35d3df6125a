import { expect, it } from "vitest";
import { configSchema } from "@/lib/config/schema.ts";
import { monitorPolicyOf } from "@/lib/monitor/policy.ts";
import { inWords } from "@/lib/monitor/sighting-text.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";

it("a project is watched as it says, and as the instance says where it says nothing", () => {
  const instance = configSchema.parse({ pendingTimeoutSeconds: 60 });
  expect(monitorPolicyOf(projectSettingsSchema.parse({}), instance)).toEqual({
    pendingTimeoutSeconds: 60,
    checkIntervalSeconds: 300,
    idleTimeoutSeconds: 900,
    escalationStrategy: "log_only",
  });
  const settings = { pendingTimeoutSeconds: 7, idleTimeoutSeconds: 8, escalationStrategy: "escalate" as const };
  expect(monitorPolicyOf({ ...settings, checkIntervalSeconds: null }, instance)).toEqual({
    ...settings,
    checkIntervalSeconds: 300,
  });
});

it.each([
  [0, "0 seconds"],
  [1, "1 second"],
  [119, "119 seconds"],
  [120, "2 minutes"],
  [7_199, "119 minutes"],
  [7_200, "2 hours"],
  [172_800, "2 days"],
])("%i seconds are %s in words", (seconds, words) => expect(inWords(seconds)).toBe(words));
