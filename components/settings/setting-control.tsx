import type { SettingField } from "@/components/settings/setting-fields.ts";
import { sourceOf } from "@/components/settings/setting-values.ts";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Select } from "@/components/ui/select.tsx";

interface SettingControlProps {
  field: SettingField;
  saved: string;
  text: string;
  error?: string;
  /** Somebody else saved this field since the edit began. */
  isConflict: boolean;
  onChange: (text: string) => void;
}

export function SettingControl({ field, saved, text, error, isConflict, onChange }: SettingControlProps) {
  const { label, number, choices } = field;
  const conflict = isConflict && (
    <span>
      Saved meanwhile by somebody else: {saved === "" ? "empty" : saved}. Yours takes its place when you save.{" "}
      <button type="button" className="hit-area relative text-accent underline" onClick={() => onChange(saved)}>
        Take theirs
      </button>
    </span>
  );
  return (
    <Field label={label} help={helpOf(field)} source={sourceOf(field, saved)} error={error ?? (conflict || undefined)}>
      {choices ? (
        <Select
          value={text}
          onValueChange={onChange}
          options={choices.map((choice) => ({ value: choice, label: choice }))}
          className="max-w-72"
        />
      ) : number ? (
        <NumberInput number={number} text={text} onChange={onChange} />
      ) : (
        <Input value={text} onChange={(event) => onChange(event.target.value)} className="max-w-md" />
      )}
    </Field>
  );
}

interface NumberInputProps {
  number: NonNullable<SettingField["number"]>;
  text: string;
  onChange: (text: string) => void;
}

/** Plain text with the number keys: a wheel over it changes nothing. */
function NumberInput({ number, text, onChange }: NumberInputProps) {
  return (
    <div className="flex items-center gap-2">
      <Input
        inputMode={number.scale ? "decimal" : "numeric"}
        autoComplete="off"
        value={text}
        placeholder={number.emptyMeans === undefined ? undefined : "default"}
        onChange={(event) => onChange(event.target.value)}
        className="w-32! tabular-nums"
      />
      <span className="text-muted text-sm">{number.unit}</span>
    </div>
  );
}

function helpOf({ help, number, defaultText }: SettingField): string {
  if (defaultText === undefined) return help;
  const byDefault = defaultText === "" ? number?.emptyMeans : [defaultText, number?.unit].filter(Boolean).join(" ");
  return `${help} Default: ${byDefault}.`;
}
