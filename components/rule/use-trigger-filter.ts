import { parseAsString, parseAsStringLiteral, useQueryStates } from "nuqs";
import type { Rule, Trigger } from "@/lib/rule/schema.ts";

const statuses = ["CREATED", "HELD", "SKIPPED"] as const satisfies readonly Trigger["status"][];

/** What is shown of what rules did: of one rule, of one status. In the URL, so that it can be shared. */
export function useTriggerFilter(rules: readonly Rule[]) {
  const [{ rule, did }, setFilter] = useQueryStates({ rule: parseAsString, did: parseAsStringLiteral(statuses) });
  const ruleId = rules.find(({ id }) => id === rule)?.id;
  return { ruleId, status: did ?? undefined, setFilter };
}
