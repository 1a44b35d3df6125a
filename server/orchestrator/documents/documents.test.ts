import { v7 as uuid } from "uuid";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import type { Rule } from "@/lib/rule/schema.ts";
import { call, newProject, provideTestDatabase, putTask } from "@/lib/testing/world.ts";
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

it("a project in which nothing can be released keeps up no other, and is left alone for a while", async () => {
  const broken = [await projectThatHolds(), await projectThatHolds(), await projectThatHolds()];
  const sound = broken.pop()!;
  await db().$executeRawUnsafe(`
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$`);
  await db().$executeRawUnsafe(`
    CREATE TRIGGER refuse BEFORE INSERT ON "Task" FOR EACH ROW
      WHEN (NEW."projectId" IN ('${broken.join("', '")}')) EXECUTE FUNCTION refuse()`);
  const { id: ruleId } = await project.rule({ files: ["docs"] });
  const documents = createDocuments(() => workerId, spawner);
  await documents.look();
  expect(await statusesIn(sound)).toEqual(["CREATED", "CREATED"]);
  expect((await call<Rule>("rule", "get", { ruleId })).seenAt, "documents were looked at").not.toBeNull();
  await db().$executeRawUnsafe(`DROP TRIGGER refuse ON "Task"`);
  await documents.look();
  for (const id of broken) expect(await statusesIn(id)).toEqual(["CREATED", "HELD"]);
});

/** Its rule held what came second, which could be released now. */
async function projectThatHolds(): Promise<string> {
  const { id: projectId } = await newProject();
  const task = { title: "{{type}}", spec: { command: "true" } };
  await call("rule", "create", { projectId, name: "Rule", when: { source: "operations" }, task });
  const operations = ["1", "2"].map((id) => ({ id, document: "invoices/7", type: "DO" }));
  await call("operation", "post", { projectId, operations });
  const [first] = await db().task.findMany({ where: { projectId } });
  await putTask(first!.id, "COMPLETED");
  return projectId;
}

const statusesIn = async (projectId: string) =>
  (await db().trigger.findMany({ where: { projectId }, orderBy: { id: "asc" } })).map(({ status }) => status);
