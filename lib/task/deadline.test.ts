import { describe, expect, it } from "vitest";
import type { Task } from "@/lib/task/schema.ts";
import { call, inputSchemaOf, newProject, newTask, provideTestDatabase } from "@/lib/testing/world.ts";

provideTestDatabase();

const list = async (projectId: string) => (await call<{ items: Task[] }>("task", "list", { projectId })).items;

describe("a time that somebody sends", () => {
  it.each([
    "9999-12-31T23:59:59-05:00",
    "0001-01-01T00:00:00+01:00",
    "0000-06-01T00:00:00Z",
    "2024-02-30T00:00:00Z",
    "2024-02-01T00:00:00",
    "tomorrow",
  ])("%s is refused with one remark: PostgreSQL would not take it, or not give it back", (time) => {
    const issuesOf = (noun: string, verb: string, input: object) =>
      inputSchemaOf(noun, verb)
        .safeParse(input)
        .error?.issues.map(({ path }) => path.join("."));
    const id = "01900000-0000-7000-8000-000000000001";
    expect(issuesOf("task", "create", { projectId: "P", title: "t", deadline: time })).toEqual(["deadline"]);
    expect(issuesOf("task", "update", { taskId: "P-1", deadline: time })).toEqual(["deadline"]);
    const report = { sandboxId: id, taskId: id, success: false, rateLimitedUntil: time };
    expect(issuesOf("sandbox", "taskComplete", report)).toEqual(["rateLimitedUntil"]);
  });

  it.each([
    ["9999-12-31T23:59:59.9999Z", "9999-12-31T23:59:59.999Z"],
    ["9999-12-31T23:00:00+23:59", "9999-12-30T23:01:00.000Z"],
    ["0000-12-31T23:00:00-02:00", "0001-01-01T01:00:00.000Z"],
    ["2030-01-01T00:00:00+16:00", "2029-12-31T08:00:00.000Z"],
    ["2030-01-01T00:00:00-23:59", "2030-01-01T23:59:00.000Z"],
  ])("%s is kept and given back as %s, of a new card and of a changed one", async (time, utc) => {
    const { id: projectId } = await newProject();
    const task = await newTask(projectId, { deadline: time });
    expect(task.deadline).toBe(utc);
    const changed = await call("task", "update", { taskId: task.id, version: 1, deadline: "2030-01-01T00:00:00Z" });
    expect(changed).toMatchObject({ deadline: "2030-01-01T00:00:00.000Z", version: 2 });
    await call("task", "update", { taskId: task.id, version: 2, deadline: time });
    expect(await list(projectId)).toMatchObject([{ deadline: utc, version: 3 }]);
  });

  it("is no change where it names the same moment from elsewhere", async () => {
    const task = await newTask((await newProject()).id, { deadline: "2030-01-01T00:00:00Z" });
    const same = await call("task", "update", { taskId: task.id, version: 1, deadline: "2030-01-01T02:00:00+02:00" });
    expect(same.version).toBe(1);
  });
});
