import { limitWords, originChoices } from "@/components/rule/limit-words.ts";
import type { RuleFieldsProps } from "@/components/rule/when-fields.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { CheckboxList } from "@/components/ui/checkbox-list.tsx";
import { Field } from "@/components/ui/field.tsx";
import { FieldGroup } from "@/components/ui/field-group.tsx";
import { Folded } from "@/components/ui/folded.tsx";
import { Input } from "@/components/ui/input.tsx";

/** Against loops and floods; folded, since the usual ones are mostly right. */
export function LimitFields({ draft, errors, onChange }: RuleFieldsProps) {
  const isWrong = (["maxDepth", "maxPerHour", "accepts"] as const).some((name) => errors[name]);
  const number = (name: "maxDepth" | "maxPerHour") => ({
    value: draft[name],
    inputMode: "numeric" as const,
    autoComplete: "off",
    className: "tabular-nums",
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  return (
    <Folded title="Limits" note={limitWords(draft)} isWrong={isWrong}>
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(12rem,100%),1fr))] items-start gap-3">
        <Field
          label="Longest chain"
          isRequired
          error={errors.maxDepth}
          help="Of tasks that came of each other. What would be longer is skipped."
        >
          <Input {...number("maxDepth")} end="tasks" />
        </Field>
        <Field label="Tasks within an hour" isRequired error={errors.maxPerHour} help="What is more is held.">
          <Input {...number("maxPerHour")} />
        </Field>
      </div>
      <FieldGroup label="Answers what comes" error={errors.accepts}>
        <CheckboxList choices={originChoices} chosen={draft.accepts} onChange={(accepts) => onChange({ accepts })} />
      </FieldGroup>
      <Field
        isInline
        label="One at a time for a document"
        help="What happens to a document while its task is open is held until that has ended."
      >
        <Checkbox checked={draft.oneAtATime} onCheckedChange={(oneAtATime) => onChange({ oneAtATime })} />
      </Field>
    </Folded>
  );
}
