import { randomInt } from "node:crypto";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { v7 as uuid } from "uuid";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { db } from "@/lib/db.ts";
import { announceWriting } from "@/lib/rule/results.ts";
import type { Rule } from "@/lib/rule/schema.ts";
import { hashOf } from "@/lib/task/file/hash.ts";
import { call, eventsOf, newTask, provideTestDatabase, putTask } from "@/lib/testing/world.ts";
import { type Spawner, startSpawner } from "../../sandbox/spawner/spawner.ts";
import { lookAtDocuments } from "./look.ts";
import { newMemory } from "./looking.ts";
import { type DocumentsProject, projectWithDocuments } from "./testing.ts";

provideTestDatabase();
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

const docs = { files: ["docs"] };
const shown = async () => (await project.triggers()).map(({ subject, what, status }) => `${what} ${subject} ${status}`);

describe("Documents", () => {
  it("that are there when a rule is made are known; new and changed ones create tasks, once", async () => {
    project.write("docs/old.md", "# Old\n");
    await project.rule(docs);
    await project.look();
    expect(await shown()).toEqual([]);
    project.write("docs/new.md", "---\nowner: Ada\n---\n# Something new\n\nDo it.\n");
    project.write("docs/old.md", "# Old, changed\n", 30);
    await project.look();
    await project.look();
    expect(await shown()).toEqual(["added docs/new.md CREATED", "changed docs/old.md CREATED"]);
    expect((await project.tasks()).map(({ title, status, spec }) => ({ title, status, spec }))).toEqual([
      {
        ...{ title: "added Something new", status: "APPROVED" },
        spec: { command: "echo", args: ["docs/new.md", "# Something new\n\nDo it."] },
      },
      {
        ...{ title: "changed Old, changed", status: "APPROVED" },
        spec: { command: "echo", args: ["docs/old.md", "# Old, changed"] },
      },
    ]);
  });

  it("that were there may count as added, in a rule that wants it, also when the first look ends in between", async () => {
    for (const name of ["a", "b", "c"]) project.write(`docs/${name}.md`, `# ${name}\n`);
    const { id } = await project.rule({ ...docs, existing: true });
    await project.look();
    expect(await shown()).toHaveLength(3);
    await db().ruleDocument.deleteMany({ where: { ruleId: id, path: "docs/b.md" } });
    await db().trigger.deleteMany({ where: { subject: "docs/b.md" } });
    project.forget();
    await project.look();
    expect(await shown()).toEqual(expect.arrayContaining(["added docs/b.md CREATED"]));
    expect(await shown()).toHaveLength(3);
  });

  it("are told by their patterns, their change and what their front matter says", async () => {
    const files = ["docs/**/*.md", "!docs/private/**"];
    await project.rule({ files, on: ["changed"], where: { "front.status": "ready" } });
    await project.look();
    project.write("docs/a.md", "---\nstatus: draft\n---\n");
    project.write("docs/b.txt", "x");
    project.write("notes/a.md", "x");
    await project.look();
    expect(await shown()).toEqual([]);
    project.write("docs/a.md", "---\nstatus: ready\n---\n", 30);
    project.write("docs/b.txt", "y", 30);
    project.write("notes/a.md", "y", 30);
    await project.look();
    expect(await shown()).toEqual(["changed docs/a.md CREATED"]);
  });

  it("that are gone are told where a rule wants it, and one that is replaced by another was not away", async () => {
    project.write("docs/a.md", "one");
    project.write("docs/b.md", "one");
    await project.rule({ ...docs, on: ["changed", "removed"] });
    await project.look();
    project.delete("docs/a.md");
    project.delete("docs/b.md");
    await project.look();
    project.write("docs/b.md", "two", 20);
    await project.look();
    expect((await shown()).toSorted()).toEqual(["changed docs/b.md CREATED", "removed docs/a.md CREATED"]);
  });

  it("that were changed a moment ago are left for the next look", async () => {
    await project.rule(docs);
    await project.look();
    project.write("docs/a.md", "half", 0);
    await project.look({ quietMs: 60_000 });
    expect(await shown()).toEqual([]);
    await project.look();
    expect(await shown()).toEqual(["added docs/a.md CREATED"]);
  });

  it("are nobody's news after a restart, and what happened meanwhile is", async () => {
    project.write("docs/a.md", "one");
    await project.rule(docs);
    await project.look();
    project.forget();
    await project.look();
    expect(await shown()).toEqual([]);
    project.write("docs/a.md", "two", 30);
    project.forget();
    await project.look();
    expect(await shown()).toEqual(["changed docs/a.md CREATED"]);
  });

  it("that change again while their task is open are held, as they are then", async () => {
    await project.rule(docs);
    await project.look();
    for (const [index, text] of ["one", "two", "three"].entries()) {
      project.write("docs/a.md", text, 50 - index);
      await project.look();
    }
    expect(await shown()).toEqual(["added docs/a.md CREATED", "changed docs/a.md HELD"]);
    const [task] = await project.tasks();
    await putTask(task!.id, "FAILED");
    await project.release();
    expect((await project.tasks())[1]).toMatchObject({ spec: { args: ["docs/a.md", "three"] } });
  });

  it("are looked at anew where a rule was off or watches something else now", async () => {
    const rule = await project.rule(docs);
    await project.look();
    await call("rule", "update", { ruleId: rule.id, isEnabled: false });
    project.write("docs/a.md", "while it was off");
    await project.look();
    await call("rule", "update", { ruleId: rule.id, isEnabled: true });
    await project.look();
    expect(await shown()).toEqual([]);
    project.write("notes/b.md", "there already");
    await call("rule", "update", { ruleId: rule.id, when: { source: "documents", files: ["notes"] } });
    await project.look();
    project.write("docs/a.md", "no matter any more", 20);
    project.write("notes/c.md", "new");
    await project.look();
    expect(await shown()).toEqual(["added notes/c.md CREATED"]);
  });

  it("are one orchestrator's at a time", async () => {
    await project.rule(docs);
    await project.look();
    project.write("docs/a.md", "one");
    await project.look({ workerId: uuid() });
    expect(await shown()).toEqual([]);
    await project.look();
    expect(await shown()).toEqual(["added docs/a.md CREATED"]);
  });

  it("behind links, in .git and in node_modules are none", async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "documents-"));
    writeFileSync(join(elsewhere, "secret.md"), "secret");
    await project.rule({ files: ["**/*.md"] });
    await project.look();
    symlinkSync(elsewhere, join(project.repository, "docs"));
    symlinkSync(join(elsewhere, "secret.md"), join(project.repository, "linked.md"));
    project.write(".git/x.md", "x");
    project.write("node_modules/a/x.md", "x");
    await project.look();
    await project.look();
    rmSync(elsewhere, { recursive: true });
    expect(await shown()).toEqual([]);
  });

  it("with a NUL character in them are no text, and keep up no others", async () => {
    const { id: ruleId } = await project.rule(docs);
    await project.look();
    project.write("docs/a.md", "\0".repeat(40));
    project.write("docs/b.md", "text");
    await project.look();
    expect(await shown()).toEqual(["added docs/b.md CREATED"]);
    expect((await call<Rule>("rule", "get", { ruleId })).problem).toBeNull();
    project.write("docs/a.md", "text again", 30);
    await project.look();
    expect(await shown()).toEqual(["added docs/b.md CREATED", "added docs/a.md CREATED"]);
  });

  it("are told of by whole characters, whatever a title, a result or a name in front matter would be cut to", async () => {
    await project.rule({ files: ["docs/*.md"] }, { writeBack: true });
    await project.look();
    project.write("docs/a.md", `# ${"x".repeat(199)}😀 and more\n`);
    project.write("docs/b.md", '---\n"a\\0b": x\n"\\uD83D": y\n---\n# B\n');
    await project.look();
    expect(await shown()).toEqual(["added docs/a.md CREATED", "added docs/b.md CREATED"]);
    const [long, named] = await db().trigger.findMany({ where: { projectId: project.id }, orderBy: { id: "asc" } });
    expect(long!.event).toMatchObject({ title: "x".repeat(199) });
    expect(named!.event).toMatchObject({ title: "B", front: { "a\ufffdb": "x", "\ufffd": "y" } });
    const [task] = await project.tasks();
    await db().task.update({ where: { id: task!.id }, data: { result: `${"x".repeat(4095)}😀` } });
    await putTask(task!.id, "COMPLETED");
    await newTask(project.id);
    await project.look();
    expect(project.read("docs/a.md")).toContain("x\n\n<!-- /runboard");
  });

  it("with a path no index can hold are not watched, and keep up no others", async () => {
    const letters = Array.from({ length: 3000 }, () => randomInt(36).toString(36)).join("");
    const deep = (letters.match(/.{250}/g) ?? []).join("/");
    project.write(`docs/${deep}/a.md`, "text");
    await project.rule({ ...docs, existing: false });
    await project.look();
    project.write(`docs/${deep}/b.md`, "text");
    project.write("docs/b.md", "text");
    await project.look();
    expect(await shown()).toEqual(["added docs/b.md CREATED"]);
  });

  describe("that the database refuses", () => {
    /** Whatever the reason. */
    const refuse = async (subject: string) => {
      await db().$executeRawUnsafe(`
        CREATE OR REPLACE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$`);
      await db().$executeRawUnsafe(`
        CREATE TRIGGER refuse BEFORE INSERT ON "Trigger" FOR EACH ROW WHEN (NEW.subject = '${subject}') EXECUTE FUNCTION refuse()`);
    };
    const takeAgain = () => db().$executeRawUnsafe(`DROP TRIGGER IF EXISTS refuse ON "Trigger"`);
    afterEach(takeAgain);
    const problems = async () => (await call<{ items: Rule[] }>("rule", "list", { projectId: project.id })).items;
    const both = expect.stringContaining("docs/b.md (and 1 more)");

    it("keep up neither the others nor other rules, and the rule says so until they are told", async () => {
      for (const name of ["b", "d"]) project.write(`docs/${name}.md`, "known");
      await project.rule({ ...docs, on: ["added", "changed", "removed"] });
      await project.rule({ files: ["**/c.md"] });
      await project.look();
      await refuse("docs/b.md");
      for (const name of ["a", "b", "c"]) project.write(`docs/${name}.md`, "new", 30);
      await project.look();
      const told = ["added docs/a.md CREATED", "added docs/c.md CREATED", "added docs/c.md CREATED"];
      expect(await shown()).toEqual(told);
      const [first, second] = await problems();
      expect([first!.problem, second!.problem]).toEqual([expect.stringContaining("told of docs/b.md:"), null]);

      await takeAgain();
      await project.look();
      expect(await shown(), "it is left alone for a while").toEqual(told);
      expect((await problems())[0]!.problem).toContain("docs/b.md");
      project.write("docs/b.md", "newer", 20);
      await project.look();
      expect(await shown()).toEqual([...told, "changed docs/b.md CREATED"]);
      expect((await problems())[0]!.problem).toBeNull();
    });

    it("are tried again after a start, and no more said of once they are gone", async () => {
      project.write("docs/b.md", "known");
      await project.rule({ ...docs, on: ["changed", "removed"] });
      await project.look();
      await refuse("docs/b.md");
      project.write("docs/b.md", "new", 30);
      await project.look();
      project.forget();
      await project.look();
      expect((await problems())[0]!.problem).toContain("docs/b.md");
      project.delete("docs/b.md");
      await project.look();
      await project.look();
      expect((await problems())[0]!.problem).toContain("docs/b.md");
      await takeAgain();
      project.forget();
      await project.look();
      await project.look();
      expect(await shown()).toEqual(["removed docs/b.md CREATED"]);
      expect((await problems())[0]!.problem).toBeNull();
    });

    it("are counted where there are several", async () => {
      await project.rule({ files: ["docs/*.md"] });
      await project.look();
      await refuse("docs/b.md' OR NEW.subject = 'docs/c.md");
      for (const name of ["b", "c"]) project.write(`docs/${name}.md`, "new", 30);
      await project.look();
      expect(await problems()).toMatchObject([{ problem: both }]);
      for (const name of ["b", "c"]) project.delete(`docs/${name}.md`);
      await project.look();
      expect(await problems()).toMatchObject([{ problem: null }]);
    });
  });

  it("of a repository without a working tree cannot be looked at, and the rule says so", async () => {
    const rule = await project.rule(docs);
    mkdirSync(join(project.repository, "away"));
    renameSync(project.gitDir, join(project.repository, "away", "bare.git"));
    await db().project.update({
      where: { id: project.id },
      data: { repoPath: null, gitDir: join(project.repository, "away", "bare.git") },
    });
    await lookAtDocuments(
      { id: project.id, repoPath: null, gitDir: "" },
      { workerId: uuid(), memory: newMemory(), spawner, quietMs: 0 },
    );
    expect((await call<Rule>("rule", "get", { ruleId: rule.id })).problem).toContain("no working tree");
  });
});

describe("Where a document comes from", () => {
  /** A session of a task changed a document on its branch; it is merged into the working tree. */
  async function mergeWorkOf(taskId: string, path: string, text: string) {
    const base = project.git("rev-parse", "HEAD");
    project.git("checkout", "-q", "-b", `work-${taskId}`);
    project.write(path, text);
    project.git("add", "-A");
    project.git("-c", "user.name=a", "-c", "user.email=a@localhost", "commit", "-qm", "work");
    const commit = project.git("rev-parse", "HEAD");
    await db().session.create({
      data: {
        ...{ id: uuid(), taskId, projectId: project.id, attempt: 1, generation: 1, status: "SUCCEEDED", agent: "cli" },
        ...{ sandboxProvider: "process", branch: `work-${taskId}`, workerId: uuid(), leaseUntil: new Date() },
        ...{ heartbeatAt: new Date(), baseCommit: base, resultCommit: commit },
      },
    });
    project.git("checkout", "-q", "main");
    project.git("merge", "-q", `work-${taskId}`);
  }

  it("is the task whose result it is, and a rule does not answer itself", async () => {
    await project.rule(docs);
    await project.rule(docs, { limits: { accepts: ["tasks"], maxDepth: 2 } });
    await project.look();
    project.write("docs/a.md", "by hand");
    await project.look();
    const [task] = await project.tasks();
    await mergeWorkOf(task!.id, "docs/b.md", "by the task");
    await project.look();
    const made = (await project.triggers()).filter(({ subject }) => subject === "docs/b.md");
    expect(made.map(({ status, reason, depth, cause }) => ({ status, reason, depth, cause: cause?.key }))).toEqual([
      { status: "SKIPPED", reason: "ORIGIN", depth: 2, cause: `${project.key}-1` },
      { status: "CREATED", reason: null, depth: 2, cause: `${project.key}-1` },
    ]);
  });

  it("is outside where a person changed what a task wrote", async () => {
    await project.rule(docs);
    await project.look();
    const task = await newTask(project.id);
    await mergeWorkOf(task.id, "docs/a.md", "by the task");
    project.write("docs/a.md", "by the task, and more", 20);
    await project.look();
    expect(await project.triggers()).toMatchObject([{ status: "CREATED", depth: 1, cause: null }]);
  });
});

describe("A result", () => {
  const withBack = { writeBack: true };

  it("is written into its document, is nobody's change, and stands once however often it ends", async () => {
    await project.rule(docs, withBack);
    await project.rule({ files: ["**/*.md"] });
    await project.look();
    project.write("docs/a.md", "# A\n\nDo it.\n");
    await project.look();
    const [task] = await project.tasks();
    await db().task.update({ where: { id: task!.id }, data: { result: "Done <!-- /runboard --> well\nsecond line" } });
    await putTask(task!.id, "COMPLETED");
    await say();
    await project.look();
    const text = project.read("docs/a.md");
    expect(text).toMatch(/^# A\n\nDo it\.\n\n<!-- runboard \w+-1 -->\n\n\*\*\w+-1\*\* added A is completed, /);
    expect(text).toContain("> Done <! -- /runboard --> well\n> second line\n");
    await db().task.update({ where: { id: task!.id }, data: { status: "FAILED", attempts: 2, lastError: "No." } });
    await say();
    await project.look();
    await project.look();
    project.forget();
    await project.look();
    expect(project.read("docs/a.md").match(/<!-- runboard/g)).toHaveLength(1);
    expect(project.read("docs/a.md")).toContain("> No.\n");
    expect((await shown()).filter((one) => one.startsWith("changed"))).toEqual([]);
    expect((await project.triggers())[0]).toMatchObject({ writtenBack: "FAILED 2", writeError: null });
  });

  it("that was written when the orchestrator died is not told when the next one looks", async () => {
    const { id: ruleId } = await project.rule(docs, withBack);
    await project.look();
    project.write("docs/a.md", "# A\n");
    await project.look();
    const [task] = await project.tasks();
    await putTask(task!.id, "COMPLETED");
    await say();
    await project.look();
    // As if the confirmation had been lost.
    const { hash } = await db().ruleDocument.findFirstOrThrow({ where: { ruleId } });
    await db().ruleDocument.updateMany({ where: { ruleId }, data: { hash: hashOf("# A\n"), writing: hash } });
    await db().trigger.updateMany({ where: { ruleId }, data: { writtenFor: null } });
    project.forget();
    await project.look();
    expect(await shown()).toEqual(["added docs/a.md CREATED"]);
    expect(project.read("docs/a.md").match(/<!-- runboard/g)).toHaveLength(1);
    expect((await project.triggers())[0]!.writtenBack).toBe("COMPLETED 0");
  });

  it("waits for a change that nobody has been told of, and says where there is nothing to write into", async () => {
    await project.rule(docs, withBack);
    await project.look();
    project.write("docs/a.md", "one");
    project.write("docs/b.txt", "one");
    project.write("docs/c.md", "one");
    await project.look();
    for (const { id } of await project.tasks()) await putTask(id, "COMPLETED");
    await say();
    project.write("docs/a.md", "two", 0);
    project.delete("docs/c.md");
    await project.look({ quietMs: 60_000 });
    expect(project.read("docs/a.md")).toBe("two");
    await project.look();
    expect(project.read("docs/a.md")).toMatch(/^two\n\n<!-- runboard/);
    expect(
      (await project.triggers()).map(({ subject, what, writeError }) => `${what} ${subject} ${writeError}`),
    ).toEqual([
      "added docs/a.md null",
      "added docs/b.txt Results are written into Markdown documents alone.",
      "added docs/c.md The document is not there any more, or no text.",
      "changed docs/a.md null",
    ]);
    expect(project.read("docs/b.txt")).toBe("one");
  });

  it("is written past a rule that is off, which begins with it when it is turned on again", async () => {
    await project.rule(docs, withBack);
    const other = await project.rule({ files: ["docs/*.md"] });
    const turn = (isEnabled: boolean) => call("rule", "update", { ruleId: other.id, isEnabled });
    project.write("docs/a.md", "one");
    await project.look();
    await turn(false);
    project.write("docs/a.md", "two", 50);
    await project.look();
    const [task] = await project.tasks();
    await putTask(task!.id, "COMPLETED");
    await say();
    await project.look();
    expect(project.read("docs/a.md")).toMatch(/^two\n\n<!-- runboard/);
    expect(await project.triggers()).toMatchObject([{ writtenBack: "COMPLETED 0" }]);
    await turn(true);
    await project.look();
    await project.look();
    expect(await shown()).toEqual(["changed docs/a.md CREATED"]);
    project.write("docs/a.md", "three", 40);
    await project.look();
    expect((await shown()).slice(1)).toEqual(["changed docs/a.md CREATED", "changed docs/a.md CREATED"]);
  });

  it("waits for a rule that was turned on and has not looked yet", async () => {
    await project.rule(docs, withBack);
    const other = await project.rule({ files: ["docs/*.md"] });
    project.write("docs/a.md", "one");
    await project.look();
    await call("rule", "update", { ruleId: other.id, isEnabled: false });
    await call("rule", "update", { ruleId: other.id, isEnabled: true });
    const writing = { path: "docs/a.md", before: hashOf("two"), after: hashOf("two and more") };
    expect(await announceWriting(db(), project.id, writing)).toBe(false);
  });

  it("of an operation is written where it names a document of the tree", async () => {
    project.write("notes/7.md", "# Seven\n");
    const task = { title: "{{type}}", spec: { command: "true" } };
    const when = { source: "operations" };
    await call("rule", "create", { projectId: project.id, name: "Operations", when, task, writeBack: true });
    const operations = ["notes/7.md", "../x.md", "elsewhere"].map((document, index) => ({
      ...{ id: `${index}`, document, type: "DO" },
    }));
    await call("operation", "post", { projectId: project.id, operations });
    for (const { id } of await project.tasks()) await putTask(id, "COMPLETED");
    await say();
    await project.look();
    expect(project.read("notes/7.md")).toContain("is completed");
    expect((await project.triggers()).map(({ writeError }) => writeError)).toEqual([
      null,
      "It is no document of the working tree.",
      "Results are written into Markdown documents alone.",
    ]);
  });

  /** Something is journaled, as with every task that really ends. */
  async function say() {
    await newTask(project.id);
    expect((await eventsOf(project.id)).length).toBeGreaterThan(0);
  }
});
