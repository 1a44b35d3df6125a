import { useId } from "react";
import { isFine, type NumberRules, type SettingChoice } from "@/components/settings/setting-field.ts";
import { joinNumbers, splitNumbers } from "@/components/settings/setting-texts.ts";
import { Input } from "@/components/ui/input.tsx";

interface NumberInputProps {
  rules: NumberRules;
  text: string;
  /** Stands in the empty field. */
  inherited?: string;
  /** The same amount in other words. */
  effect: string | null;
  onChange: (text: string) => void;
}

/** Plain text with the number keys: a wheel over it changes nothing. */
export function NumberInput({ rules, text, inherited, effect, onChange }: NumberInputProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Input
        inputMode={isFine(rules) ? "decimal" : "numeric"}
        autoComplete="off"
        value={text}
        placeholder={inherited ?? (rules.emptyMeans === undefined ? undefined : "default")}
        onChange={(event) => onChange(event.target.value)}
        className="w-32! tabular-nums"
      />
      <span className="text-muted text-sm">{rules.unit}</span>
      {effect && <span className="text-subtle text-sm tabular-nums">{effect}</span>}
    </div>
  );
}

interface NumbersInputProps {
  choices: readonly SettingChoice[];
  rules: NumberRules;
  text: string;
  onChange: (text: string) => void;
}

/** A number for each, or none. */
export function NumbersInput({ choices, rules, text, onChange }: NumbersInputProps) {
  const id = useId();
  const numbers = splitNumbers(text);
  return (
    <div className="grid grid-cols-[repeat(auto-fill,minmax(8rem,1fr))] gap-3 py-1">
      {choices.map(({ value, label }) => (
        <div key={value} className="flex flex-col gap-1">
          <label htmlFor={`${id}-${value}`} className="text-muted text-xs">
            {label}
          </label>
          <Input
            id={`${id}-${value}`}
            inputMode={isFine(rules) ? "decimal" : "numeric"}
            autoComplete="off"
            value={numbers[value] ?? ""}
            placeholder="no limit"
            onChange={(event) =>
              onChange(joinNumbers({ ...numbers, [value]: event.target.value.replace(/[,=]/g, "") }))
            }
            className="tabular-nums"
          />
        </div>
      ))}
    </div>
  );
}
