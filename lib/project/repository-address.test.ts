import { expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import type { Project } from "@/lib/project/schema.ts";
import { call, newProject, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

it.each([
  ["https://me:p@ss@example.org:8443/a/b@c.git", "https://example.org:8443/a/b@c.git"],
  ["https://token@example.org/a", "https://example.org/a"],
  ["ssh://git:p@ss@example.org/a", "ssh://git@example.org/a"],
  ["ssh://git@example.org:22/a", "ssh://git@example.org:22/a"],
  ["git@example.org:a/b.git", "git@example.org:a/b.git"],
])("a project whose address is %s from before is told as %s, and keeps it", async (repoUrl, told) => {
  const { id } = await newProject();
  await db().project.update({ where: { id }, data: { repoPath: null, repoUrl } });
  expect(await call("project", "get", { projectId: id })).toMatchObject({ repoUrl: told });
  const { items } = await call<{ items: Project[] }>("project", "list", {});
  expect(items.find((one) => one.id === id)).toMatchObject({ repoUrl: told });
  await call("project", "update", { projectId: id, name: "Renamed" });
  expect(await db().project.findUniqueOrThrow({ where: { id } })).toMatchObject({ name: "Renamed", repoUrl });
});
