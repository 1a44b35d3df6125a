import type { useTriggerFilter } from "@/components/rule/use-trigger-filter.ts";
import { triggerStates } from "@/components/state.ts";
import { Select } from "@/components/ui/select.tsx";
import type { Rule, Trigger } from "@/lib/rule/schema.ts";

type TriggerFilterProps = ReturnType<typeof useTriggerFilter> & { rules: readonly Rule[] };

const all = "all";
const statuses = Object.keys(triggerStates) as Trigger["status"][];

export function TriggerFilter({ ruleId, status, setFilter, rules }: TriggerFilterProps) {
  return (
    <>
      <Select
        size="sm"
        label="Of which rule"
        className="w-34!"
        value={ruleId ?? all}
        onValueChange={(value) => void setFilter({ rule: value === all ? null : value })}
        options={[{ value: all, label: "All rules" }, ...rules.map(({ id, name }) => ({ value: id, label: name }))]}
      />
      <Select
        size="sm"
        label="What it did"
        className="w-34!"
        value={status ?? all}
        onValueChange={(value) => void setFilter({ did: statuses.find((one) => one === value) ?? null })}
        options={[
          { value: all, label: "Everything" },
          ...statuses.map((value) => ({ value: value as string, label: triggerStates[value].label })),
        ]}
      />
    </>
  );
}
