import type { Project } from "@/lib/project/schema.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import type { Question } from "@/lib/question/schema.ts";
import type { Session } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

/** One small board, of which every example of the API's document shows a part. */
export const ids = {
  project: "01975f0e-0c1a-7000-8000-000000000001",
  task: "01975f0e-0c1a-7000-8000-000000000012",
  otherTask: "01975f0e-0c1a-7000-8000-000000000011",
  session: "01975f0e-0c1a-7000-8000-0000000000a1",
  sandbox: "01975f0e-0c1a-7000-8000-0000000000b1",
  orchestrator: "01975f0e-0c1a-7000-8000-0000000000c1",
  host: "01975f0e-0c1a-7000-8000-0000000000d1",
  question: "01975f0e-0c1a-7000-8000-0000000000e1",
  message: "01975f0e-0c1a-7000-8000-0000000000f1",
  prompt: "01975f0e-0c1a-7000-8000-0000000000f2",
  rule: "01975f0e-0c1a-7000-8000-000000000101",
  trigger: "01975f0e-0c1a-7000-8000-000000000111",
};
export const at = "2026-11-02T09:00:00.000Z";
export const owner = { type: "person" as const, id: "owner", name: "Owner" };
const noTokens = { input: 1200, output: 340, cacheRead: null, cacheWrite: null };

export const project: Project = {
  ...{ id: ids.project, key: "DEMO", name: "Demo", repoPath: "/srv/git/demo", repoUrl: null, baseBranch: "main" },
  ...{ autonomousExecutionEnabled: false, settings: projectSettingsSchema.parse({}), isDemo: false, version: 3 },
  counts: {
    ...{ DRAFT: 1, APPROVED: 1, QUEUED: 0, RUNNING: 1, VALIDATING: 0 },
    ...{ REVIEW: 0, COMPLETED: 4, FAILED: 0, STALLED: 0, CANCELLED: 0 },
  },
  ...{ processableCount: 1, lastSeq: 57, createdBy: owner, archivedAt: null, createdAt: at, updatedAt: at },
};

export const task: Task = {
  ...{ id: ids.task, key: "DEMO-12", projectId: ids.project, number: 12, title: "Write the changelog" },
  ...{ description: "In the reader's words.", type: "claude-code", spec: { prompt: "Write it." } },
  ...{ status: "APPROVED", statusReason: null, statusSince: at, priority: 2, tags: ["docs"], area: null },
  ...{ assignee: null, deadline: null, parentId: null, dependsOn: [ids.otherTask], blockedBy: [ids.otherTask] },
  ...{ blocks: [], position: 12, version: 1, generation: 1, attempts: 0, failures: 0, losses: 0, maxAttempts: 3 },
  ...{ timeoutSeconds: 3600, queuedBy: null, queuedAt: null, isForced: false, availableAt: null },
  ...{ queuePosition: null, lastError: null, feedback: null, result: null, resultBranch: null, resultCommit: null },
  ...{ resources: {}, retryPolicy: null, waitingSince: null, monitoredAt: null, metadata: {}, session: null },
  why: { code: "BLOCKED_BY", message: "Waits for DEMO-11.", taskIds: [ids.otherTask] },
  ...{ createdBy: owner, createdAt: at, updatedAt: at },
};

export const queued: Task = {
  ...{ ...task, status: "QUEUED", dependsOn: [], blockedBy: [], queuedBy: "owner", queuedAt: at, queuePosition: 1 },
  why: { code: "QUEUE_POSITION", message: "First in line.", position: 1 },
};

export const session: Session = {
  ...{ id: ids.session, taskId: ids.task, taskKey: "DEMO-12", taskTitle: task.title, projectId: ids.project },
  ...{ attempt: 1, generation: 1, type: "autonomous", status: "RUNNING", reason: null, message: null },
  ...{ agent: "claude-code", sandboxProvider: "bwrap", sandboxId: ids.sandbox, baseCommit: null },
  ...{ branch: "runboard/DEMO-12/a1", resultCommit: null, startedAt: at, endedAt: null, exitCode: null },
  ...{ nextAttemptAt: null, logBytes: 2048, droppedBytes: 0, requestedBy: "owner", cpus: null, memoryBytes: null },
  ...{ diskBytes: null, activeAt: at, monitoredAt: null, means: { tree: "cgroup" }, usage: {} },
  ...{ agentVersion: "2.1.0", model: null, tokens: noTokens, costUsd: 0.02, liveLine: "Write CHANGELOG.md" },
  ...{ isTranscript: true, hasTerminal: false },
};

export const question: Question = {
  ...{ id: ids.question, sessionId: ids.session, taskId: ids.task, taskKey: "DEMO-12", taskTitle: task.title },
  ...{ projectId: ids.project, attempt: 1, tool: "Bash", input: "rm -r build", askedAt: at, expiresAt: at },
  ...{ isOpen: true, decision: null, message: null, answeredBy: null, answeredAt: null },
};
