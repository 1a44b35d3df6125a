import { z } from "zod";
import {
  cursorQuery,
  idSchema,
  limitQuery,
  listOf,
  type OperationMeta,
  operation,
  projectRefSchema,
  taskRefSchema,
} from "@/lib/operation.ts";
import { disputedFields, taskFileSchema } from "@/lib/task/file/schema.ts";
import { taskStatuses } from "@/lib/task/machine.ts";
import { reasonSchema, taskFields, taskSchema } from "@/lib/task/schema.ts";

const { title, ...optionalFields } = taskFields;
const newTaskFields = {
  title,
  ...z.strictObject(optionalFields).partial().shape,
  dependsOn: z.array(taskRefSchema).max(1000).optional().describe("Tasks it waits for"),
  status: z.enum(["DRAFT", "APPROVED"]).optional().describe("DRAFT unless said"),
};
const ofTask = z.strictObject({ taskId: taskRefSchema });
const feedbackSchema = z.string().trim().min(1).max(65_536);

/** What may be in the way of the queue. */
const queueing = ["TASK_BLOCKED", "QUEUE_FULL"] as const;

/** A move of one task by a person: same form for all of them. */
const move = <Input extends z.ZodType>(
  verb: string,
  summary: string,
  input: Input,
  { errors = [], ...more }: Pick<OperationMeta, "isDestructive" | "errors"> = {},
) =>
  operation({
    ...more,
    errors: ["ILLEGAL_TRANSITION", ...errors],
    policy: "member",
    effect: "write",
    method: "POST",
    path: `/tasks/{taskId}/${verb}`,
    summary,
    input,
    output: taskSchema,
  });

const versionSchema = z.number().int().optional().describe("The version the edit was based on; or the If-Match header");

export const taskContract = {
  create: operation({
    policy: "project",
    effect: "write",
    errors: ["DEPENDENCY_CYCLE", "DEPENDENCY_OTHER_PROJECT"],
    method: "POST",
    path: "/projects/{projectId}/tasks",
    status: 201,
    summary: "Create a task",
    input: z.strictObject({ projectId: projectRefSchema, ...newTaskFields }),
    output: taskSchema,
  }),
  createBatch: operation({
    policy: "project",
    effect: "write",
    errors: ["DEPENDENCY_CYCLE", "DEPENDENCY_OTHER_PROJECT"],
    method: "POST",
    path: "/projects/{projectId}/tasks/batch",
    status: 201,
    summary: "Create a whole graph of tasks by local references, all or nothing",
    input: z.strictObject({
      projectId: projectRefSchema,
      tasks: z
        .array(z.strictObject({ ref: z.string().min(1).max(100).optional(), ...newTaskFields }))
        .min(1)
        .max(5000)
        .describe("dependsOn may name the ref of another entry, or an existing task"),
    }),
    output: z.object({ items: z.array(z.object({ ref: z.string().nullable(), id: idSchema, key: z.string() })) }),
  }),
  createAndStart: operation({
    policy: "member",
    effect: "write",
    without: { screen: "The chat's /task does it, as one of the chat's commands" },
    errors: ["DEPENDENCY_CYCLE", "DEPENDENCY_OTHER_PROJECT", "QUEUE_FULL"],
    method: "POST",
    path: "/tasks/create-and-start",
    status: 201,
    summary:
      "Create, approve and queue a task in one call; a cli task without a spec runs its title as a shell command",
    input: z.strictObject({
      projectId: projectRefSchema.optional(),
      title,
      ...z.strictObject(optionalFields).partial().shape,
      dependsOn: z.array(taskRefSchema).max(1000).optional().describe("Tasks it waits for"),
    }),
    output: z.object({ task: taskSchema, launched: z.boolean(), message: z.string() }),
  }),
  list: operation({
    policy: "project",
    effect: "read",
    method: "GET",
    path: "/projects/{projectId}/tasks",
    summary: "List a project's tasks",
    input: z.strictObject({
      projectId: projectRefSchema,
      status: z
        .string()
        .max(200)
        .optional()
        .meta({ description: `Comma-separated: ${taskStatuses.join(", ")}`, "x-words": taskStatuses }),
      ids: z.string().max(8000).optional().describe("Comma-separated task ids"),
      search: z.string().max(200).optional().describe("Only what has this in its title, description or key"),
      sort: z.enum(["position", "queue", "recent"]).default("position"),
      limit: limitQuery,
      cursor: cursorQuery,
    }),
    output: listOf(taskSchema),
  }),
  get: operation({
    policy: "project",
    effect: "read",
    method: "GET",
    path: "/tasks/{taskId}",
    summary: "Get a task",
    input: ofTask,
    output: taskSchema,
  }),
  update: operation({
    policy: "member",
    effect: "write",
    errors: ["ILLEGAL_TRANSITION"],
    method: "PATCH",
    path: "/tasks/{taskId}",
    summary: "Change a task; a stale version is refused with the current row",
    input: z.strictObject({
      taskId: taskRefSchema,
      ...z.strictObject(taskFields).partial().shape,
      position: z.number().optional(),
      version: versionSchema,
    }),
    output: taskSchema,
  }),
  delete: operation({
    policy: "member",
    effect: "write",
    errors: ["ILLEGAL_TRANSITION", "TASK_HAS_DEPENDENTS"],
    isDestructive: true,
    method: "DELETE",
    path: "/tasks/{taskId}",
    summary: "Delete a task that is not running and that no open task waits for",
    input: ofTask,
    output: z.object({ id: idSchema, key: z.string() }),
  }),
  file: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/tasks/{taskId}/file",
    summary: "The Markdown file of a card, and what the two disagree about",
    input: ofTask,
    output: z.object({ file: taskFileSchema.nullable().describe("null: it has none") }),
  }),
  resolveFile: operation({
    policy: "member",
    effect: "write",
    errors: ["VERSION_CONFLICT", "ILLEGAL_TRANSITION", "DEPENDENCY_CYCLE"],
    method: "POST",
    path: "/tasks/{taskId}/file/resolve",
    summary: "Choose between what a card and its file say of one field",
    input: z.strictObject({
      taskId: taskRefSchema,
      field: z.enum(disputedFields),
      keep: z.enum(["card", "file"]).describe("Whose value both get"),
      seen: z
        .string()
        .max(100)
        .optional()
        .describe("The id of the conflict that was looked at; refused when it is another one now"),
    }),
    output: z.object({ file: taskFileSchema.nullable() }),
  }),
  approve: move("approve", "Approve a draft: it may run", ofTask),
  withdraw: move("withdraw", "Take the approval back", ofTask),
  queue: move(
    "queue",
    "Queue a task to run",
    z.strictObject({
      taskId: taskRefSchema,
      force: z.boolean().optional().describe("Run although dependencies are open"),
    }),
    { errors: queueing },
  ),
  unqueue: move("unqueue", "Take a task out of the queue", ofTask),
  cancel: move("cancel", "Cancel a task; a running sandbox is ended", ofTask, { isDestructive: true }),
  retry: move("retry", "Queue a failed or stalled task again with fresh attempts", ofTask, { errors: queueing }),
  complete: move("complete", "Mark a task as done by hand", ofTask),
  reopen: move("reopen", "Open an ended task again as a new generation", ofTask),
  accept: move("accept", "Accept the work under review", ofTask),
  requestChanges: move(
    "request-changes",
    "Send the work under review back with feedback",
    z.strictObject({ taskId: taskRefSchema, feedback: feedbackSchema }),
    { errors: queueing },
  ),
  addDependency: operation({
    policy: "project-graph",
    effect: "write",
    errors: ["ILLEGAL_TRANSITION", "DEPENDENCY_CYCLE", "DEPENDENCY_OTHER_PROJECT"],
    method: "PUT",
    path: "/tasks/{taskId}/dependencies/{dependsOnId}",
    summary: "Make a task wait for another one of the same project",
    input: z.strictObject({ taskId: taskRefSchema, dependsOnId: taskRefSchema }),
    output: taskSchema,
  }),
  removeDependency: operation({
    policy: "member",
    effect: "write",
    method: "DELETE",
    path: "/tasks/{taskId}/dependencies/{dependsOnId}",
    summary: "Remove a dependency",
    input: z.strictObject({ taskId: taskRefSchema, dependsOnId: taskRefSchema }),
    output: taskSchema,
  }),
  explain: operation({
    policy: "project",
    effect: "read",
    method: "GET",
    path: "/tasks/{taskId}/explanation",
    summary: "Say why a task is not running, most decisive reason first",
    input: ofTask,
    output: z.object({ taskId: idSchema, status: z.enum(taskStatuses), reasons: z.array(reasonSchema) }),
  }),
  brief: operation({
    policy: "project",
    effect: "read",
    method: "GET",
    path: "/tasks/{taskId}/brief",
    summary: "The prompt that the agent of the next session will get, exactly",
    input: ofTask,
    output: z.object({
      taskId: idSchema,
      prompt: z.string().nullable().describe("null: a task of type cli has none"),
      followUp: z
        .string()
        .nullable()
        .describe(
          "What is sent instead when the agent goes on with its conversation; null: there is none to go on with",
        ),
    }),
  }),
  graph: operation({
    policy: "project",
    effect: "read",
    method: "GET",
    path: "/projects/{projectId}/graph",
    summary: "The dependency graph: nodes and edges",
    input: z.strictObject({ projectId: projectRefSchema }),
    output: z.object({
      nodes: z.array(z.object({ id: idSchema, key: z.string(), title: z.string(), status: z.enum(taskStatuses) })),
      edges: z.array(z.object({ taskId: idSchema, dependsOnId: idSchema })),
    }),
  }),
};
