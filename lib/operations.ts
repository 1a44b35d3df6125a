import type { ContractProcedure, InferSchemaInput, InferSchemaOutput } from "@orpc/contract";
import type { Actor } from "@/lib/actor.ts";
import { listAgents } from "@/lib/agent/agent.ts";
import { viewBrief } from "@/lib/agent/brief.ts";
import { listChat, postChat } from "@/lib/chat/chat.ts";
import { getConfig, updateConfig } from "@/lib/config/config.ts";
import type { Contract } from "@/lib/contract.ts";
import { db, type Tx } from "@/lib/db.ts";
import { listEvents } from "@/lib/event/list.ts";
import { checkNow } from "@/lib/monitor/check.ts";
import { archiveProject, setAutonomousExecution, startProcessing } from "@/lib/project/autonomy.ts";
import { usageByDay } from "@/lib/project/budget.ts";
import { findProject } from "@/lib/project/find.ts";
import { createProject, updateProject, viewProject, viewProjects } from "@/lib/project/project.ts";
import { askAboutRepository, type RepositoryFacts, requireRepository } from "@/lib/project/repository.ts";
import { projectSettingsSchema } from "@/lib/project/schema.ts";
import { answerQuestion, listQuestions } from "@/lib/question/question.ts";
import { clearQueue, queueStatus } from "@/lib/queue/queue.ts";
import { resumeAgent } from "@/lib/queue/resume-agent.ts";
import { resourceUsage } from "@/lib/resource/usage.ts";
import { postOperations } from "@/lib/rule/post-operations.ts";
import { createRule, deleteRule, getRule, listRules, updateRule } from "@/lib/rule/rule.ts";
import { createTaskOf, listTriggers } from "@/lib/rule/trigger.ts";
import { heartbeat, sandboxLog, taskComplete } from "@/lib/sandbox/sandbox.ts";
import { sessionConfig } from "@/lib/session/effective-config.ts";
import { listPrompts, promptSession } from "@/lib/session/prompt.ts";
import { readLogs } from "@/lib/session/read-logs.ts";
import {
  attachSession,
  cancelSession,
  continueSession,
  cursorId,
  getSession,
  listSessions,
  startSession,
} from "@/lib/session/session.ts";
import { createBatch, createTask } from "@/lib/task/create.ts";
import { addDependency, removeDependency } from "@/lib/task/dependencies.ts";
import { deleteTask, updateTask } from "@/lib/task/edit.ts";
import { explain, gatherFacts } from "@/lib/task/explain.ts";
import { exportTasks } from "@/lib/task/file/export.ts";
import { resolveFile } from "@/lib/task/file/resolve.ts";
import { viewFile, viewFiles } from "@/lib/task/file/view.ts";
import { findTask, type TaskRow } from "@/lib/task/find.ts";
import { listTasks, taskGraph } from "@/lib/task/list.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";
import * as moves from "@/lib/task/moves.ts";
import { createAndStart } from "@/lib/task/start-new.ts";
import { openBlockers, viewTask } from "@/lib/task/view.ts";

/** What an operation knows beside its input. */
export interface Context {
  actor: Actor;
  /** The version an edit was based on, when it came as If-Match. */
  ifMatch?: number;
  /** What `prepare` found out before the transaction. */
  prepared?: unknown;
}

type Run<Input, Output> = (tx: Tx, input: Input, context: Context) => Promise<Output>;

/** Where an operation has to ask the world something, it does so before its transaction. */
interface Prepared<Input, Output> {
  prepare: (input: Input) => Promise<unknown>;
  run: Run<Input, Output>;
}

type HandlerOf<Entry> =
  Entry extends ContractProcedure<infer Input, infer Output, infer _Errors, infer _Meta>
    ?
        | Run<InferSchemaOutput<Input>, InferSchemaInput<Output>>
        | Prepared<InferSchemaOutput<Input>, InferSchemaInput<Output>>
    : never;

export type Handlers = {
  [Noun in keyof Contract]: { [Verb in keyof Contract[Noun]]: HandlerOf<Contract[Noun][Verb]> };
};

/** Verbs on a task answer with the task as the API shows it. */
const shown = async (tx: Tx, row: Promise<TaskRow>) => viewTask(tx, await row);

const sessions = {
  start: (tx, input, { actor }) => startSession(tx, input, actor),
  list: (tx, input) => listSessions(tx, input),
  cancel: (tx, { sessionId }, { actor }) => cancelSession(tx, sessionId, actor),
  logs: (tx, input) => readLogs(tx, input),
} satisfies Handlers["autonomous"];

/** Name → what happens. One line each: the verbs themselves live with their nouns. */
export const handlers: Handlers = {
  project: {
    create: {
      prepare: ({ repoPath, repoUrl, baseBranch }) => requireRepository(defined({ repoPath, repoUrl, baseBranch })),
      run: (tx, input, { actor, prepared }) => createProject(tx, input, { facts: prepared as RepositoryFacts, actor }),
    },
    checkRepository: {
      prepare: (source) => askAboutRepository(source),
      run: async (_tx, _input, { prepared }) => {
        const { gitDir: _, ...answer } = prepared as RepositoryFacts;
        return answer;
      },
    },
    list: async (tx, { limit, cursor }) => {
      const rows = await tx.project.findMany({
        where: { archivedAt: null, ...(cursor ? { id: { gt: cursorId(cursor) } } : {}) },
        orderBy: { id: "asc" },
        take: limit + 1,
      });
      const page = rows.slice(0, limit);
      return { items: await viewProjects(tx, page), nextCursor: rows.length > limit ? page.at(-1)!.id : null };
    },
    get: async (tx, { projectId }) => viewProject(tx, await findProject(tx, projectId)),
    update: {
      prepare: async ({ projectId, baseBranch }) => {
        if (baseBranch === undefined) return null;
        const { repoPath, repoUrl } = await findProject(db(), projectId);
        return requireRepository(
          defined({ repoPath: repoPath ?? undefined, repoUrl: repoUrl ?? undefined, baseBranch }),
        );
      },
      run: (tx, { projectId, version, ...changes }, { actor, ifMatch }) =>
        updateProject(tx, projectId, { changes: { ...changes, version: version ?? ifMatch }, actor }),
    },
    usage: async (tx, { projectId, days }) => {
      const { id, settings, budgetHeldUntil } = await findProject(tx, projectId);
      const { dailyBudgetUsd } = projectSettingsSchema.parse(settings);
      const isHeld = budgetHeldUntil !== null && budgetHeldUntil > new Date();
      const heldUntil = isHeld ? budgetHeldUntil.toISOString() : null;
      return { days: await usageByDay(tx, id, days), dailyBudgetUsd, heldUntil };
    },
    taskFiles: (tx, { projectId }) => viewFiles(tx, projectId),
    export: (tx, input) => exportTasks(tx, input),
    archive: (tx, { projectId }, { actor }) => archiveProject(tx, projectId, actor),
    setAutonomousExecution: (tx, { projectId, enabled }, { actor }) =>
      setAutonomousExecution(tx, projectId, { isEnabled: enabled, actor }),
    startProcessing: (tx, { projectId }, { actor }) => startProcessing(tx, projectId, actor),
  },
  task: {
    create: (tx, { projectId, ...task }, { actor }) => shown(tx, createTask(tx, projectId, task, actor)),
    createBatch: async (tx, { projectId, tasks }, { actor }) => ({
      items: await createBatch(tx, projectId, tasks, actor),
    }),
    createAndStart: (tx, input, { actor }) => createAndStart(tx, input, actor),
    list: (tx, input) => listTasks(tx, input),
    get: (tx, { taskId }) => shown(tx, findTask(tx, taskId)),
    update: (tx, { taskId, version, ...changes }, { actor, ifMatch }) =>
      shown(tx, updateTask(tx, taskId, { changes, version: version ?? ifMatch, actor })),
    delete: (tx, { taskId }, { actor }) => deleteTask(tx, taskId, actor),
    file: (tx, { taskId }) => viewFile(tx, taskId),
    resolveFile: (tx, { taskId, ...choice }, { actor }) => resolveFile(tx, taskId, { ...choice, actor }),
    approve: (tx, { taskId }, { actor }) => shown(tx, moves.approve(tx, taskId, actor)),
    withdraw: (tx, { taskId }, { actor }) => shown(tx, moves.withdraw(tx, taskId, actor)),
    queue: (tx, { taskId, force }, { actor }) =>
      shown(tx, moves.queue(tx, taskId, { actor, isForced: force ?? false })),
    unqueue: (tx, { taskId }, { actor }) => shown(tx, moves.unqueue(tx, taskId, actor)),
    cancel: (tx, { taskId }, { actor }) => shown(tx, moves.cancel(tx, taskId, actor)),
    retry: (tx, { taskId }, { actor }) => shown(tx, moves.retry(tx, taskId, actor)),
    complete: (tx, { taskId }, { actor }) => shown(tx, moves.complete(tx, taskId, actor)),
    reopen: (tx, { taskId }, { actor }) => shown(tx, moves.reopen(tx, taskId, actor)),
    accept: (tx, { taskId }, { actor }) => shown(tx, moves.accept(tx, taskId, actor)),
    requestChanges: (tx, { taskId, feedback }, { actor }) =>
      shown(tx, moves.requestChanges(tx, taskId, { actor, feedback })),
    addDependency: (tx, { taskId, dependsOnId }, { actor }) =>
      shown(tx, addDependency(tx, taskId, { dependsOn: dependsOnId, actor })),
    removeDependency: (tx, { taskId, dependsOnId }, { actor }) =>
      shown(tx, removeDependency(tx, taskId, { dependsOn: dependsOnId, actor })),
    explain: async (tx, { taskId }) => {
      const task = await findTask(tx, taskId);
      const reasons = explain(task, await openBlockers(tx, task.id), await gatherFacts(tx, [task]));
      return { taskId: task.id, status: task.status as TaskStatus, reasons };
    },
    brief: async (tx, { taskId }) => viewBrief(tx, await findTask(tx, taskId)),
    graph: (tx, { projectId }) => taskGraph(tx, projectId),
  },
  session: {
    ...sessions,
    get: (tx, { sessionId }) => getSession(tx, sessionId),
    prompt: (tx, { sessionId, text }, { actor }) => promptSession(tx, sessionId, text, actor),
    prompts: (tx, input) => listPrompts(tx, input),
    continue: (tx, { sessionId, feedback }, { actor }) => continueSession(tx, sessionId, feedback, actor),
    attach: (tx, { sessionId }) => attachSession(tx, sessionId),
    config: (tx, { projectId }) => sessionConfig(tx, projectId),
  },
  autonomous: { ...sessions, list: (tx, input) => listSessions(tx, { ...input, type: "autonomous" }) },
  sandbox: {
    taskComplete: (tx, input, { actor }) => taskComplete(tx, input, actor),
    heartbeat: (tx, { sandboxId }) => heartbeat(tx, sandboxId),
    log: (tx, input) => sandboxLog(tx, input),
  },
  agent: { list: (tx) => listAgents(tx) },
  question: {
    list: (tx, input) => listQuestions(tx, input),
    answer: (tx, { questionId, ...answer }, { actor }) => answerQuestion(tx, questionId, answer, actor),
  },
  queue: {
    status: (tx, input) => queueStatus(tx, input),
    clear: (tx, input, { actor }) => clearQueue(tx, input, actor),
    resume: (tx, { agent }, { actor }) => resumeAgent(tx, agent, actor),
  },
  monitor: { check: (tx, { projectId }) => checkNow(tx, projectId) },
  resource: {
    usage: (tx) => resourceUsage(tx),
  },
  event: {
    list: (tx, input, { actor }) => listEvents(tx, input, actor),
  },
  chat: {
    post: (tx, input, { actor }) => postChat(tx, input, actor),
    list: (tx, input) => listChat(tx, input),
  },
  rule: {
    create: (tx, { projectId, ...rule }, { actor }) => createRule(tx, projectId, rule, actor),
    list: (tx, { projectId }) => listRules(tx, projectId),
    get: (tx, { ruleId }) => getRule(tx, ruleId),
    update: (tx, { ruleId, version, ...changes }, { actor, ifMatch }) =>
      updateRule(tx, ruleId, { ...changes, version: version ?? ifMatch }, actor),
    delete: (tx, { ruleId }, { actor }) => deleteRule(tx, ruleId, actor),
  },
  trigger: {
    list: (tx, input) => listTriggers(tx, input),
    createTask: (tx, { triggerId }) => createTaskOf(tx, triggerId),
  },
  operation: { post: (tx, input, { actor }) => postOperations(tx, input, actor) },
  config: {
    get: (tx) => getConfig(tx),
    update: (tx, { values, version }, { actor, ifMatch }) =>
      updateConfig(tx, { values, version: version ?? ifMatch }, actor),
  },
};

/** Leaves out what is undefined. */
function defined<Shape extends object>(shape: Shape): { [Key in keyof Shape]: NonNullable<Shape[Key]> } {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined)) as never;
}
