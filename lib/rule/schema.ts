import { z } from "zod";
import { actorSchema } from "@/lib/actor.ts";
import { idSchema, taskRefSchema, timeSchema } from "@/lib/operation.ts";
import { taskFields } from "@/lib/task/schema.ts";

export const documentChanges = ["added", "changed", "removed"] as const;
export type DocumentChange = (typeof documentChanges)[number];

/** Who or what an event may come from: outside is everything that is no task's result; tasks are other rules' and people's. */
export const origins = ["outside", "tasks", "itself"] as const;

const pattern = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .refine((text) => !text.startsWith("/") && !text.split("/").includes(".."), "Relative to the project, without '..'");
const value = z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]);
const where = z
  .record(z.string().min(1).max(200), value)
  .refine((conditions) => Object.keys(conditions).length <= 20, "At most 20")
  .default({})
  .describe("Only where these say just that: input.status of an operation, front.status of a document's front matter");

export const whenSchema = z.discriminatedUnion("source", [
  z.strictObject({
    source: z.literal("documents"),
    files: z.array(pattern).min(1).max(20).describe("Patterns such as docs/**/*.md; a folder means all that is in it"),
    on: z.array(z.enum(documentChanges)).min(1).max(3).default(["added", "changed"]),
    existing: z.boolean().default(false).describe("Documents that are there when the rule is made count as added"),
    where,
  }),
  z.strictObject({
    source: z.literal("operations"),
    documents: z.array(z.string().trim().min(1).max(500)).max(20).default([]).describe("Patterns; none: any"),
    types: z.array(z.string().trim().min(1).max(200)).max(50).default([]).describe("Patterns; none: any"),
    where,
  }),
]);
export type When = z.infer<typeof whenSchema>;

/** A new task whose texts may hold placeholders. */
export const ruleTaskSchema = z.strictObject({
  title: z.string().trim().min(1).max(200).describe("May hold placeholders, as all texts of it: {{path}}, {{type}}"),
  description: taskFields.description.optional(),
  type: taskFields.type.optional(),
  spec: taskFields.spec.optional(),
  priority: taskFields.priority.optional(),
  tags: taskFields.tags.optional(),
  area: taskFields.area.optional(),
  assignee: taskFields.assignee.optional(),
  maxAttempts: taskFields.maxAttempts.optional(),
  timeoutSeconds: taskFields.timeoutSeconds.optional(),
  dependsOn: z.array(taskRefSchema).max(50).optional(),
  status: z.enum(["DRAFT", "APPROVED"]).default("APPROVED").describe("A draft waits for a person's approval"),
});
export type RuleTask = z.infer<typeof ruleTaskSchema>;

const limitFields = {
  maxDepth: z.number().int().min(1).max(10).describe("How long a chain of tasks that came of each other may be"),
  maxPerHour: z.number().int().min(1).max(1000).describe("Tasks within an hour; what is more is held"),
  accepts: z.array(z.enum(origins)).min(1).max(3).describe("Where events may come from"),
  oneAtATime: z.boolean().describe("What happens to a document while its task is open is held until that has ended"),
};
/** Against loops, and against floods. */
export const limitsSchema = z.strictObject({
  maxDepth: limitFields.maxDepth.default(3),
  maxPerHour: limitFields.maxPerHour.default(30),
  accepts: limitFields.accepts.default(["outside", "tasks"]),
  oneAtATime: limitFields.oneAtATime.default(true),
});
export type Limits = z.infer<typeof limitsSchema>;
export const limitChangesSchema = z.strictObject(limitFields).partial();

export const ruleFields = {
  name: z.string().trim().min(1).max(100),
  isEnabled: z.boolean(),
  when: whenSchema,
  task: ruleTaskSchema,
  writeBack: z.boolean().describe("The result is written into the document, where that is Markdown"),
};

export const ruleSchema = z.object({
  id: idSchema,
  projectId: idSchema,
  ...ruleFields,
  limits: limitsSchema,
  /** Since when its documents are watched; null: not yet, or it is about operations. */
  seenAt: timeSchema.nullable(),
  problem: z.string().nullable().describe("Why its documents cannot be looked at"),
  counts: z.object({ CREATED: z.number().int(), HELD: z.number().int(), SKIPPED: z.number().int() }),
  version: z.number().int(),
  createdBy: actorSchema,
  createdAt: timeSchema,
  updatedAt: timeSchema,
});
export type Rule = z.infer<typeof ruleSchema>;

export const triggerStatuses = ["CREATED", "HELD", "SKIPPED"] as const;
export const triggerReasons = ["ORIGIN", "DEPTH", "RATE", "OPEN_TASK", "REFUSED"] as const;
export type TriggerReason = (typeof triggerReasons)[number];

export const triggerSchema = z.object({
  id: idSchema,
  projectId: idSchema,
  ruleId: idSchema,
  ruleName: z.string(),
  subject: z.string().describe("The document's path, or the document an operation names"),
  what: z.string().describe("added, changed, removed; or the operation's type"),
  depth: z.number().int(),
  cause: z.object({ id: idSchema, key: z.string() }).nullable().describe("The task it came of"),
  status: z.enum(triggerStatuses),
  reason: z.enum(triggerReasons).nullable(),
  message: z.string().nullable().describe("The reason in words"),
  heldUntil: timeSchema.nullable(),
  task: z.object({ id: idSchema, key: z.string(), title: z.string(), status: z.string() }).nullable(),
  writtenBack: z.string().nullable().describe("The task's status that stands in the document"),
  writeError: z.string().nullable(),
  createdAt: timeSchema,
});
export type Trigger = z.infer<typeof triggerSchema>;

/** Something that was done to a document elsewhere. */
export const operationSchema = z.strictObject({
  id: z.string().min(1).max(200).describe("Unique: the same operation is taken once, however often it is posted"),
  document: z.string().trim().min(1).max(500).describe("What it was done to; a path of the project, or any name"),
  type: z.string().trim().min(1).max(200),
  input: z
    .record(z.string(), z.unknown())
    .refine((input) => JSON.stringify(input).length <= 65_536, "At most 64 KiB")
    .default({}),
  causedBy: taskRefSchema.optional().describe("The task it comes of; of a session's own operations it is known"),
});
export type Operation = z.infer<typeof operationSchema>;
