import { draftOf, emptyRule, type RuleDraft } from "@/components/rule/rule-draft.ts";
import type { Rule } from "@/lib/rule/schema.ts";
import type { TaskType } from "@/lib/task/schema.ts";

/** The form of a rule as it is kept, with the rule that its edit began on: as text, since no two have the same fields. */
export interface KeptRule extends RuleDraft {
  /** Empty: a new rule. */
  base: string;
}

export const keptRuleOf = (rule: Rule | null, usualType: TaskType): KeptRule =>
  rule === null ? { ...emptyRule(usualType), base: "" } : { ...draftOf(rule, usualType), base: JSON.stringify(rule) };

/** The rule as it was when the edit began, however long ago; null: a new one. */
export const baseOf = ({ base }: KeptRule): Rule | null => (base === "" ? null : (JSON.parse(base) as Rule));
