import { expect, it } from "vitest";
import type { EffectiveSetting } from "@/lib/session/schema.ts";
import { call, newProject, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

async function settingsOf(input: object): Promise<Record<string, Omit<EffectiveSetting, "name">>> {
  const { settings } = await call<{ settings: EffectiveSetting[] }>("session", "config", input);
  return Object.fromEntries(settings.map(({ name, ...rest }) => [name, rest]));
}

it("says of every setting what is in force and who chose it: project, instance, or nobody", async () => {
  const { id, key } = await newProject();
  await call("config", "update", { values: { idleTimeoutSeconds: 77, retryBaseMs: 5 } });
  await call("project", "update", { projectId: id, settings: { network: "host", retryBaseMs: 9, model: "large" } });
  const own = await settingsOf({ projectId: key });
  expect(own.network).toEqual({ value: "host", from: "project" });
  expect(own.model).toEqual({ value: "large", from: "project" });
  expect(own.retryBaseMs).toEqual({ value: 9, from: "project" });
  expect(own.idleTimeoutSeconds).toEqual({ value: 77, from: "instance" });
  expect(own.permissions).toEqual({ value: "allow", from: "default" });
  expect(own.logMaxBytes).toEqual({ value: 16 * 1024 * 1024, from: "instance" });
  const nobodys = await settingsOf({});
  expect(nobodys.network).toEqual({ value: "none", from: "default" });
  expect(nobodys.retryBaseMs).toEqual({ value: 5, from: "instance" });
});
