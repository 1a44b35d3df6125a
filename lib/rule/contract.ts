import { z } from "zod";
import {
  cursorQuery,
  idSchema,
  limitQuery,
  listOf,
  operation,
  projectRefSchema,
  taskRefSchema,
} from "@/lib/operation.ts";
import {
  limitChangesSchema,
  operationSchema,
  ruleFields,
  ruleSchema,
  triggerSchema,
  triggerStatuses,
} from "@/lib/rule/schema.ts";

const fields = {
  ...ruleFields,
  isEnabled: ruleFields.isEnabled.optional(),
  writeBack: ruleFields.writeBack.optional(),
  limits: limitChangesSchema.optional().describe("Against loops and floods"),
};
const ofRule = z.strictObject({ ruleId: idSchema });

export const ruleContract = {
  create: operation({
    policy: "member",
    effect: "write",
    method: "POST",
    path: "/projects/{projectId}/rules",
    status: 201,
    summary: "Create a rule: which task comes of a changed document, or of an operation that is posted",
    input: z.strictObject({ projectId: projectRefSchema, ...fields }),
    output: ruleSchema,
  }),
  list: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/projects/{projectId}/rules",
    summary: "List a project's rules",
    input: z.strictObject({ projectId: projectRefSchema }),
    output: listOf(ruleSchema),
  }),
  get: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/rules/{ruleId}",
    summary: "Get a rule",
    input: ofRule,
    output: ruleSchema,
  }),
  update: operation({
    policy: "member",
    effect: "write",
    method: "PATCH",
    path: "/rules/{ruleId}",
    summary: "Change a rule, or turn it off and on",
    input: z
      .strictObject({ ruleId: idSchema, ...fields, version: z.number().int() })
      .partial()
      .required({ ruleId: true }),
    output: ruleSchema,
  }),
  delete: operation({
    policy: "member",
    effect: "write",
    isDestructive: true,
    method: "DELETE",
    path: "/rules/{ruleId}",
    summary: "Delete a rule with what it held; its tasks stay",
    input: ofRule,
    output: z.object({ id: idSchema, name: z.string() }),
  }),
};

export const triggerContract = {
  list: operation({
    policy: "member",
    effect: "read",
    method: "GET",
    path: "/projects/{projectId}/triggers",
    summary: "List what a project's rules did, and why not, newest first",
    input: z.strictObject({
      projectId: projectRefSchema,
      ruleId: idSchema.optional(),
      status: z.enum(triggerStatuses).optional(),
      subject: z.string().max(500).optional().describe("The document"),
      taskId: taskRefSchema.optional().describe("What this task came of; its id or key"),
      limit: limitQuery,
      cursor: cursorQuery,
    }),
    output: listOf(triggerSchema),
  }),
  createTask: operation({
    policy: "member",
    effect: "write",
    errors: ["ILLEGAL_TRANSITION", "DEPENDENCY_OTHER_PROJECT"],
    method: "POST",
    path: "/triggers/{triggerId}/task",
    summary: "Create the task that was held or skipped all the same",
    input: z.strictObject({ triggerId: idSchema }),
    output: triggerSchema,
  }),
};

export const operationContract = {
  post: operation({
    policy: "project",
    effect: "write",
    method: "POST",
    path: "/projects/{projectId}/operations",
    summary: "Tell what was done to documents elsewhere: the project's rules create tasks of it",
    input: z.strictObject({ projectId: projectRefSchema, operations: z.array(operationSchema).min(1).max(100) }),
    output: z.object({ items: z.array(z.object({ id: z.string(), triggers: z.array(triggerSchema) })) }),
    without: { screen: "Programs post operations; the screen shows what rules made of them." },
  }),
};
