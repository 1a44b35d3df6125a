import { z } from "zod";
import { taskFields } from "@/lib/task/schema.ts";

/** What a card and its file both say. `dependsOn` holds keys such as DEMO-3; the instruction is what is carried out, as text. */
export const fileFieldsSchema = z.object({
  title: taskFields.title,
  type: taskFields.type,
  instruction: z.string().max(262_144),
  description: taskFields.description,
  priority: taskFields.priority,
  area: taskFields.area,
  assignee: taskFields.assignee,
  tags: taskFields.tags,
  dependsOn: z.array(z.string()).max(1000),
});
export type FileFields = z.infer<typeof fileFieldsSchema>;
export type FileField = keyof FileFields;
export const fileFieldNames = Object.keys(fileFieldsSchema.shape) as FileField[];

/** Lists whose order means nothing: they are merged element by element. */
export const isSet = (field: FileField): field is "tags" | "dependsOn" => field === "tags" || field === "dependsOn";

/** Whether two values of a field say the same. */
export function isSame(field: FileField, a: unknown, b: unknown): boolean {
  if (a === undefined || b === undefined) return a === b;
  if (isSet(field)) return same([...(a as string[])].sort(), [...(b as string[])].sort());
  return a === b;
}

const same = (a: readonly string[], b: readonly string[]) => JSON.stringify(a) === JSON.stringify(b);
