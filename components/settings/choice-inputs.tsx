import { useId } from "react";
import type { SettingChoice } from "@/components/settings/setting-field.ts";
import { labelIn } from "@/components/settings/setting-words.ts";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Select } from "@/components/ui/select.tsx";

interface ChoiceInputProps extends ChoicesInputProps {
  /** Nothing chosen is what the instance says. */
  mayInherit: boolean;
  inherited?: string;
}

interface ChoicesInputProps {
  choices: readonly SettingChoice[];
  text: string;
  onChange: (text: string) => void;
}

/** A select has no empty value of its own. */
const asInstance = "as-instance";

/** One of several, or what the instance says; what follows from it stands under it. */
export function ChoiceInput({ choices, text, mayInherit, inherited, onChange }: ChoiceInputProps) {
  const own = choices.map(({ value, label, note }) => ({ value, label, note }));
  const label = `As the instance says${inherited ? `: ${labelIn(choices, inherited)}` : ""}`;
  const options = mayInherit ? [{ value: asInstance, label, note: undefined }, ...own] : own;
  const effect = choices.find(({ value }) => value === (text || inherited))?.note;
  return (
    <>
      <Select
        value={text === "" ? asInstance : text}
        onValueChange={(value) => onChange(value === asInstance ? "" : value)}
        options={options}
        className="max-w-80"
      />
      {effect && <p className="text-sm">{effect}</p>}
    </>
  );
}

/** Any of several. */
export function ChoicesInput({ choices, text, onChange }: ChoicesInputProps) {
  const id = useId();
  const chosen = new Set(text.split(","));
  const toggle = (value: string) => {
    if (!chosen.delete(value)) chosen.add(value);
    onChange(choices.flatMap((choice) => (chosen.has(choice.value) ? [choice.value] : [])).join(","));
  };
  return (
    <ul className="flex flex-col gap-2 py-1">
      {choices.map(({ value, label, note }) => (
        <li key={value} className="flex items-start gap-2">
          <span className="pt-0.5">
            <Checkbox id={`${id}-${value}`} checked={chosen.has(value)} onCheckedChange={() => toggle(value)} />
          </span>
          <span className="flex min-w-0 flex-col">
            <label htmlFor={`${id}-${value}`} className="text-sm">
              {label}
            </label>
            {note && <span className="text-muted text-xs">{note}</span>}
          </span>
        </li>
      ))}
    </ul>
  );
}
