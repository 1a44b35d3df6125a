import { v7 as uuid } from "uuid";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { provideTestDatabase } from "@/lib/testing/world.ts";
import { type Spawner, startSpawner } from "../../sandbox/spawner/spawner.ts";
import { createDocuments } from "./documents.ts";
import { type DocumentsProject, projectWithDocuments } from "./testing.ts";

provideTestDatabase();
const workerId = uuid();
let spawner: Spawner;
beforeAll(async () => {
  spawner = await startSpawner();
});
afterAll(() => spawner.close());

let project: DocumentsProject;
beforeEach(async () => {
  project = await projectWithDocuments(spawner);
});
afterEach(() => project.remove());

it("a look that had much to do is no reason to look away for long", async () => {
  const documents = createDocuments(() => workerId, spawner);
  const lookUntil = async (count: number) =>
    expect
      .poll(
        async () => {
          await documents.look();
          return (await project.triggers()).length;
        },
        { timeout: 8_000 },
      )
      .toBe(count);
  await project.rule({ files: ["docs"] });
  await lookUntil(0);
  for (let n = 0; n < 5; n++) project.write(`docs/${n}.md`, "new");
  await lookUntil(5);
  project.write("docs/a.md", "newer");
  await lookUntil(6);
});
