import { configSchema } from "@/lib/config/schema.ts";
import { at, ids, owner, question, queued, session, task } from "@/lib/http/openapi/examples/rows.ts";
import type { ExamplesOf } from "@/lib/http/openapi/examples/shape.ts";

const ofSession = { sessionId: ids.session };
const started = { task: queued, position: 1 };
const common = {
  start: { input: { taskId: "DEMO-12" }, output: started },
  list: { input: { projectId: "DEMO", limit: 50 }, output: { items: [session], nextCursor: null } },
  cancel: { input: ofSession, output: { ...session, status: "CANCELLED" as const, endedAt: at } },
  logs: {
    input: { ...ofSession, after: 0, waitSeconds: 20 },
    output: { items: [{ offset: 0, text: "make test\n", at }], nextOffset: 10, isComplete: false, removedAt: null },
  },
};
const prompt = {
  ...{ id: ids.prompt, sessionId: ids.session, text: "Mind the tests.", author: owner, createdAt: at },
  ...{ deliveredAt: null, refusal: null },
};
const config = { values: configSchema.parse({}), version: 1, updatedAt: at };

/** Nouns of the work: what is carried out, by whom and with what. */
export const runs: ExamplesOf<
  "session" | "autonomous" | "sandbox" | "agent" | "question" | "queue" | "monitor" | "resource" | "config"
> = {
  session: {
    ...common,
    get: { input: ofSession, output: session },
    prompt: { input: { ...ofSession, text: prompt.text }, output: prompt },
    prompts: { input: { ...ofSession, limit: 50 }, output: { items: [prompt], nextCursor: null } },
    continue: { input: { ...ofSession, feedback: "Shorter, please." }, output: started },
    attach: {
      input: ofSession,
      output: { ...ofSession, hostId: ids.host, socket: "/run/s.sock", command: "tmux -S /run/s.sock attach" },
    },
    config: {
      input: { projectId: "DEMO" },
      output: { projectId: ids.project, settings: [{ name: "network", value: "none", from: "default" }] },
    },
  },
  autonomous: common,
  sandbox: {
    taskComplete: {
      input: { sandboxId: ids.sandbox, taskId: ids.task, success: true, result: { files: 3 } },
      output: { status: "accepted", taskId: ids.task, newStatus: "COMPLETED", unblockedTasks: [] },
    },
    heartbeat: { input: { sandboxId: ids.sandbox }, output: { leaseUntil: at } },
    log: { input: { sandboxId: ids.sandbox, text: "half way\n" }, output: { nextOffset: 2057 } },
  },
  agent: {
    list: {
      input: {},
      output: {
        orchestrators: [
          {
            ...{ id: ids.orchestrator, hostId: ids.host },
            agents: [{ name: "claude-code", program: "/usr/bin/claude", version: "2.1.0", problem: null }],
            sandboxes: [{ name: "bwrap", isIsolated: true, isUsable: true, problem: null }],
          },
        ],
      },
    },
  },
  question: {
    list: { input: { status: "open", limit: 50 }, output: { items: [question], nextCursor: null } },
    answer: {
      input: { questionId: ids.question, decision: "deny", message: "Use make clean." },
      output: {
        ...{ ...question, isOpen: false, decision: "deny", message: "Use make clean." },
        ...{ answeredBy: owner, answeredAt: at },
      },
    },
  },
  queue: {
    status: {
      input: { projectId: "DEMO" },
      output: {
        items: [
          {
            ...{ taskId: ids.task, key: "DEMO-12", title: task.title, projectId: ids.project, type: "claude-code" },
            ...{ priority: 2, queuedBy: "owner", queuedAt: at, availableAt: null, position: 1, estimatedStart: null },
            why: queued.why,
          },
        ],
        ...{ depth: 1, running: 1, capacity: 5, oldestQueuedAt: at, pauses: [] },
        policy: { order: "time queued − priority × ageing, then id", priorityAgeingSeconds: 300, maxQueueSize: 10_000 },
      },
    },
    clear: { input: { type: "cli" }, output: { cleared: [ids.task] } },
    resume: { input: { agent: "claude-code" }, output: { agent: "claude-code", pausedUntil: at } },
  },
  monitor: { check: { input: { projectId: "DEMO" }, output: { checkedAt: at, reactions: [] } } },
  resource: {
    usage: {
      input: {},
      output: {
        orchestrators: [
          {
            ...{ id: ids.orchestrator, hostId: ids.host, startedAt: at, pausedReason: null },
            ...{ slots: { used: 1, limit: 5 }, cpus: { allocated: 0, used: 0.4, limit: 8 }, sessions: [] },
            memoryBytes: { allocated: 0, used: 104_857_600, limit: null },
            diskBytes: { allocated: 0, free: null },
          },
        ],
        readAt: at,
      },
    },
  },
  config: {
    get: { input: {}, output: config },
    update: { input: { values: { maxQueueSize: 500 }, version: 1 }, output: config },
  },
};
