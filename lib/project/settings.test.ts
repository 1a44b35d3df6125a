import { expect, it } from "vitest";
import type { Project } from "@/lib/project/schema.ts";
import { call, newProject, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

it("a change of one setting leaves the others as they are, in a project and in the instance", async () => {
  const { id: projectId } = await newProject();
  await call("project", "update", { projectId, settings: { requireReview: true } });
  const project = await call<Project>("project", "update", { projectId, settings: { defaultTimeoutSeconds: 60 } });
  expect(project.settings).toMatchObject({ requireReview: true, defaultTimeoutSeconds: 60 });

  await call("config", "update", { values: { retryBaseMs: 1 } });
  const config = await call<{ values: object }>("config", "update", { values: { maxQueueSize: 7 } });
  expect(config.values).toMatchObject({ retryBaseMs: 1, maxQueueSize: 7, retryCapMs: 300_000 });
});
