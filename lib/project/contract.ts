import { z } from "zod";
import {
  cursorQuery,
  idSchema,
  limitQuery,
  listOf,
  operation,
  projectRefSchema,
  queryNumber,
  timeSchema,
  tokensSchema,
} from "@/lib/operation.ts";
import {
  projectKeySchema,
  projectSchema,
  projectSettingsChangesSchema,
  repositoryCheckSchema,
  repositorySourceSchema,
} from "@/lib/project/schema.ts";
import { taskFilesSchema } from "@/lib/task/file/schema.ts";

const nameSchema = z.string().trim().min(1).max(100);
const branchSchema = z.string().min(1).max(250);
const inProject = z.strictObject({ projectId: projectRefSchema });

export const projectContract = {
  create: operation({
    policy: "member",
    effect: "write",
    method: "POST",
    path: "/projects",
    status: 201,
    summary: "Create a project on a git repository",
    input: z.strictObject({
      name: nameSchema,
      key: projectKeySchema.optional().describe("What its tasks are called by: DEMO of DEMO-12; else made of the name"),
      repoPath: z.string().min(1).max(4096).optional().describe("Of its repository, on the orchestrator's machine"),
      repoUrl: z.string().min(1).max(2048).optional().describe("Instead of a path: any address git understands"),
      baseBranch: branchSchema.optional().describe("What sessions start from; else the repository's own"),
    }),
    output: projectSchema,
  }),
  checkRepository: operation({
    policy: "member",
    effect: "write",
    method: "POST",
    path: "/repository-checks",
    summary: "Look at a repository before making a project of it",
    input: repositorySourceSchema,
    output: repositoryCheckSchema,
  }),
  list: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/projects",
    summary: "List projects, archived ones left out",
    input: z.strictObject({ limit: limitQuery, cursor: cursorQuery }),
    output: listOf(projectSchema),
  }),
  get: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/projects/{projectId}",
    summary: "Get a project with its counts",
    input: inProject,
    output: projectSchema,
  }),
  update: operation({
    policy: "member",
    effect: "write",
    method: "PATCH",
    path: "/projects/{projectId}",
    summary: "Change a project's name, base branch or settings",
    input: z.strictObject({
      projectId: projectRefSchema,
      name: nameSchema.optional(),
      baseBranch: branchSchema.optional(),
      settings: projectSettingsChangesSchema.optional(),
      version: z.number().int().optional(),
    }),
    output: projectSchema,
  }),
  usage: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/projects/{projectId}/usage",
    summary: "Tokens and cost of a project's agents by day, and what its budget is",
    input: z.strictObject({ projectId: projectRefSchema, days: queryNumber(1, 366).default(30) }),
    output: z.object({
      days: z.array(
        z.object({
          day: z.string().describe("UTC, the day the sessions started"),
          sessions: z.number().int(),
          unknown: z.number().int().describe("Sessions whose cost nobody has told"),
          costUsd: z.number().nullable(),
          tokens: tokensSchema,
        }),
      ),
      dailyBudgetUsd: z.number().nullable(),
      heldUntil: timeSchema.nullable().describe("No agent starts before; null: the budget is not spent"),
    }),
  }),
  taskFiles: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/projects/{projectId}/task-files",
    summary: "The task files of a project: what could not be taken, and what is disputed",
    input: z.strictObject({ projectId: projectRefSchema }),
    output: taskFilesSchema,
  }),
  archive: operation({
    policy: "member",
    effect: "write",
    isDestructive: true,
    method: "DELETE",
    path: "/projects/{projectId}",
    summary: "Archive a project: its running sessions are cancelled, its queue is emptied, it leaves the list",
    input: inProject,
    output: projectSchema,
  }),
  setAutonomousExecution: operation({
    policy: "member",
    effect: "write",
    method: "PATCH",
    path: "/projects/{projectId}/autonomous-execution",
    summary: "Turn autonomous mode on or off",
    input: z.strictObject({ projectId: projectRefSchema, enabled: z.boolean() }),
    output: projectSchema,
  }),
  startProcessing: operation({
    policy: "member",
    effect: "write",
    method: "POST",
    path: "/projects/{projectId}/processing",
    summary: "Queue every approved, unblocked task once",
    input: inProject,
    output: z.object({ queued: z.array(idSchema) }),
  }),
};
