import { useState } from "react";
import { ruleSentence } from "@/components/rule/rule-sentence.ts";
import { InstantSwitch } from "@/components/settings/instant-switch.tsx";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { announce } from "@/lib/client/announce.ts";
import { problemOf } from "@/lib/client/api.ts";
import { useDeleteRule, useUpdateRule } from "@/lib/client/rule-mutations.ts";
import type { Rule } from "@/lib/rule/schema.ts";

interface RuleRowProps {
  rule: Rule;
  onEdit: (button: HTMLElement) => void;
  /** After it has gone: the focus has to go somewhere. */
  onDeleted: () => void;
}

/** What a rule does, whether it is on, and what came of it so far. */
export function RuleRow({ rule, onEdit, onDeleted }: RuleRowProps) {
  const toggle = useUpdateRule(rule.id);
  const remove = useDeleteRule(rule);
  const isOn = toggle.isPending ? toggle.variables.isEnabled === true : rule.isEnabled;
  return (
    <li className="flex min-w-0 flex-col gap-2 rounded-lg border border-border p-3 [overflow-wrap:anywhere]">
      <InstantSwitch
        label={rule.name}
        help={ruleSentence(rule)}
        source={isOn ? "on" : "off"}
        className="min-w-0"
        checked={isOn}
        status={toggle.status}
        error={toggle.error ? `Not saved. ${problemOf(toggle.error).message}` : undefined}
        onCheckedChange={(isEnabled) =>
          toggle.mutate(
            { isEnabled },
            { onSuccess: () => announce(`Saved. Rule ${rule.name} is ${isEnabled ? "on" : "off"}.`) },
          )
        }
      />
      <RuleState rule={rule} />
      {remove.error && (
        <p role="alert" className="text-danger text-xs">
          Not deleted. {problemOf(remove.error).message}
        </p>
      )}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <p className="text-muted text-xs tabular-nums">{countWords(rule.counts)}</p>
        <span className="flex gap-2">
          <Button size="sm" aria-label={`Edit rule ${rule.name}`} onClick={(event) => onEdit(event.currentTarget)}>
            Edit
          </Button>
          <DeleteRule
            rule={rule}
            isBusy={remove.isPending}
            onConfirm={() => remove.mutate(undefined, { onSuccess: onDeleted })}
          />
        </span>
      </div>
    </li>
  );
}

function RuleState({ rule: { isEnabled, problem, when, seenAt } }: { rule: Rule }) {
  if (problem !== null) return <p className="text-danger text-sm">{problem}</p>;
  if (!isEnabled || when.source !== "documents" || seenAt !== null) return null;
  return <p className="text-muted text-xs">No orchestrator has looked at its documents yet.</p>;
}

const countWords = ({ CREATED, HELD, SKIPPED }: Rule["counts"]) =>
  `${CREATED.toLocaleString("en")} created, ${HELD.toLocaleString("en")} held, ${SKIPPED.toLocaleString("en")} skipped`;

interface DeleteRuleProps {
  rule: Rule;
  isBusy: boolean;
  onConfirm: () => void;
}

function DeleteRule({ rule: { name, counts }, isBusy, onConfirm }: DeleteRuleProps) {
  const [isAsking, setAsking] = useState(false);
  const held = counts.HELD === 0 ? "It holds nothing." : `What it holds (${counts.HELD}) is dropped with it.`;
  return (
    <AlertDialog
      open={isAsking}
      onOpenChange={setAsking}
      trigger={
        <Button size="sm" isBusy={isBusy} aria-label={`Delete rule ${name}`}>
          Delete
        </Button>
      }
      title={`Delete the rule ${name}?`}
      description={`The tasks it created stay. ${held}`}
      confirmLabel="Delete rule"
      cancelLabel="Keep it"
      onConfirm={onConfirm}
    />
  );
}
