import { at, ids, owner, project, queued, task } from "@/lib/http/openapi/examples/rows.ts";
import type { ExamplesOf } from "@/lib/http/openapi/examples/shape.ts";

const ofProject = { projectId: "DEMO" };
const ofTask = { taskId: "DEMO-12" };
const said = {
  ...{ id: ids.message, projectId: ids.project, kind: "message" as const, author: owner, text: "/run DEMO-12" },
  ...{ replyToId: null, taskIds: [ids.task], asking: null, createdAt: at },
};
const file = {
  ...{ taskId: ids.task, key: "DEMO-12", path: ".runboard/tasks/write-the-changelog.task.md" },
  conflicts: [{ id: "5c1d0f", field: "priority", file: "high", card: "low", reason: "BOTH_CHANGED" as const }],
  ...{ remarks: [], goneAt: null, updatedAt: at },
};
const moved = (output: typeof task) => ({ input: ofTask, output });

/** Nouns of the board: what people plan. */
export const boards: ExamplesOf<"project" | "task" | "chat" | "event"> = {
  project: {
    create: { input: { name: "Demo", repoPath: "/srv/git/demo" }, output: project },
    checkRepository: {
      input: { repoPath: "/srv/git/demo" },
      output: {
        ...{ ok: true, code: null, message: null, defaultBranch: "main", branches: ["main"] },
        ...{ headCommit: "3f786850e387550fdab836ed7e6dc881de23001b", isClean: true, isWritable: true },
      },
    },
    list: { input: { limit: 50 }, output: { items: [project], nextCursor: null } },
    get: { input: ofProject, output: project },
    update: { input: { ...ofProject, settings: { requireReview: true }, version: 3 }, output: project },
    usage: {
      input: { ...ofProject, days: 7 },
      output: {
        days: [
          {
            ...{ day: "2026-11-02", sessions: 4, unknown: 1, costUsd: 0.31 },
            tokens: { input: 9000, output: 2100, cacheRead: null, cacheWrite: null },
          },
        ],
        ...{ dailyBudgetUsd: null, heldUntil: null },
      },
    },
    taskFiles: { input: ofProject, output: { isOn: true, lookedAt: at, remarks: [], items: [file] } },
    export: {
      input: { ...ofProject, limit: 50 },
      output: {
        items: [
          {
            name: "write-the-changelog.task.md",
            text: "---\nkey: DEMO-12\ntitle: Write the changelog\ntype: claude-code\nstatus: approved\npriority: medium\ndependsOn: [DEMO-11]\n---\n\n## Instruction\n\nWrite it.\n",
          },
        ],
        nextCursor: null,
      },
    },
    archive: { input: ofProject, output: { ...project, archivedAt: at } },
    setAutonomousExecution: {
      input: { ...ofProject, enabled: true },
      output: { ...project, autonomousExecutionEnabled: true },
    },
    startProcessing: { input: ofProject, output: { queued: [ids.task] } },
  },
  task: {
    create: {
      input: {
        ...{ ...ofProject, title: task.title, type: "claude-code", spec: { prompt: "Write it." } },
        ...{ dependsOn: ["DEMO-11"], status: "APPROVED" },
      },
      output: task,
    },
    createBatch: {
      input: {
        ...ofProject,
        tasks: [
          { ref: "build", title: "Build", spec: { command: "make" } },
          { ref: "test", title: "Test", spec: { command: "make", args: ["test"] }, dependsOn: ["build"] },
        ],
      },
      output: {
        items: [
          { ref: "build", id: ids.otherTask, key: "DEMO-11" },
          { ref: "test", id: ids.task, key: "DEMO-12" },
        ],
      },
    },
    createAndStart: {
      input: { ...ofProject, title: "make test" },
      output: { task: queued, launched: true, message: "DEMO-12 is queued." },
    },
    list: {
      input: { ...ofProject, status: "APPROVED,QUEUED", limit: 50 },
      output: { items: [task], nextCursor: null },
    },
    get: moved(task),
    update: { input: { ...ofTask, priority: 3, version: 1 }, output: { ...task, priority: 3, version: 2 } },
    delete: { input: ofTask, output: { id: ids.task, key: "DEMO-12" } },
    file: { input: ofTask, output: { file } },
    resolveFile: {
      input: { ...ofTask, field: "priority", keep: "file", seen: "5c1d0f" },
      output: { file: { ...file, conflicts: [] } },
    },
    approve: moved(task),
    withdraw: moved({ ...task, status: "DRAFT" }),
    queue: { input: { ...ofTask, force: false }, output: queued },
    unqueue: moved(task),
    cancel: moved({ ...task, status: "CANCELLED", why: null }),
    retry: moved(queued),
    complete: moved({ ...task, status: "COMPLETED", why: null }),
    reopen: moved({ ...task, generation: 2 }),
    accept: moved({ ...task, status: "COMPLETED", why: null }),
    requestChanges: { input: { ...ofTask, feedback: "Shorter, please." }, output: queued },
    addDependency: { input: { ...ofTask, dependsOnId: "DEMO-11" }, output: task },
    removeDependency: {
      input: { ...ofTask, dependsOnId: "DEMO-11" },
      output: { ...task, dependsOn: [], blockedBy: [] },
    },
    explain: { input: ofTask, output: { taskId: ids.task, status: "APPROVED", reasons: [task.why!] } },
    brief: { input: ofTask, output: { taskId: ids.task, prompt: "# DEMO-12: Write the changelog\n", followUp: null } },
    graph: {
      input: ofProject,
      output: {
        nodes: [
          { id: ids.otherTask, key: "DEMO-11", title: "Cut the release", status: "RUNNING" },
          { id: ids.task, key: "DEMO-12", title: task.title, status: "APPROVED" },
        ],
        edges: [{ taskId: ids.task, dependsOnId: ids.otherTask }],
      },
    },
  },
  chat: {
    post: {
      input: { ...ofProject, text: "/run DEMO-12" },
      output: { message: said, reply: { ...said, kind: "reply", text: "DEMO-12 is queued.", replyToId: ids.message } },
    },
    list: { input: { ...ofProject, limit: 50 }, output: { items: [said], nextCursor: null } },
  },
  event: {
    list: {
      input: { ...ofProject, after: 56, limit: 50 },
      output: {
        items: [
          {
            ...{ seq: 57, type: "TASK_CREATED", projectId: ids.project, entityType: "task", entityId: ids.task },
            ...{ actor: owner, at, payload: { key: "DEMO-12", title: task.title, status: "DRAFT" } },
          },
        ],
        ...{ nextCursor: null, firstSeq: 1, lastSeq: 57, isGapped: false },
      },
    },
  },
};
