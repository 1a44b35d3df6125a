import type { SettingChoice } from "@/components/settings/setting-field.ts";
import { labelIn } from "@/components/settings/setting-words.ts";
import { Select } from "@/components/ui/select.tsx";

interface ChoiceInputProps {
  choices: readonly SettingChoice[];
  text: string;
  /** Nothing chosen is what the instance says. */
  mayInherit: boolean;
  inherited?: string;
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
