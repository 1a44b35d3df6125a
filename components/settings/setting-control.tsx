import { ChoiceInput } from "@/components/settings/choice-input.tsx";
import { NumberInput, NumbersInput } from "@/components/settings/number-inputs.tsx";
import type { SettingField } from "@/components/settings/setting-field.ts";
import { sourceOf } from "@/components/settings/setting-values.ts";
import { effectText, helpOf } from "@/components/settings/setting-words.ts";
import { CheckboxList } from "@/components/ui/checkbox-list.tsx";
import { Field } from "@/components/ui/field.tsx";
import { FieldGroup } from "@/components/ui/field-group.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";

interface SettingControlProps {
  field: SettingField;
  saved: string;
  text: string;
  /** What holds while the field is empty, where it comes from the instance. */
  inherited?: string;
  error?: string;
  /** Somebody else saved this field since the edit began. */
  isConflict: boolean;
  onChange: (text: string) => void;
}

export function SettingControl({ field, saved, text, inherited, error, isConflict, onChange }: SettingControlProps) {
  const conflict = isConflict && (
    <span>
      Saved meanwhile by somebody else: {saved === "" ? "empty" : saved}. Yours takes its place when you save.{" "}
      <button type="button" className="hit-area relative text-accent underline" onClick={() => onChange(saved)}>
        Take theirs
      </button>
    </span>
  );
  const { control } = field;
  const isGroup = control.kind === "choices" || control.kind === "numbers";
  const Shell = isGroup ? FieldGroup : Field;
  return (
    <Shell
      label={field.label}
      help={helpOf(field, inherited)}
      source={sourceOf(field, saved)}
      error={error ?? (conflict || undefined)}
    >
      <SettingInput {...{ field, text, inherited, onChange }} />
    </Shell>
  );
}

type SettingInputProps = Pick<SettingControlProps, "field" | "text" | "inherited" | "onChange">;

function SettingInput({ field, text, inherited, onChange }: SettingInputProps) {
  const { control } = field;
  switch (control.kind) {
    case "text":
      return (
        <Input
          value={text}
          placeholder={control.emptyMeans}
          onChange={(event) => onChange(event.target.value)}
          className="max-w-md"
        />
      );
    case "prose":
      return <Textarea rows={5} value={text} onChange={(event) => onChange(event.target.value)} />;
    case "lines":
    case "json":
      return (
        <Textarea
          rows={control.kind === "json" ? 5 : 3}
          isMono
          spellCheck={false}
          value={text}
          placeholder={control.example}
          onChange={(event) => onChange(event.target.value)}
        />
      );
    case "truth":
      return <ChoiceInput choices={control.choices} mayInherit={false} {...{ text, onChange }} />;
    case "choice":
      return (
        <ChoiceInput
          choices={control.choices}
          mayInherit={field.inherits !== undefined}
          {...{ text, inherited, onChange }}
        />
      );
    case "choices":
      return (
        <CheckboxList
          choices={control.choices}
          chosen={text.split(",")}
          onChange={(chosen) => onChange(chosen.join(","))}
        />
      );
    case "number":
      return (
        <NumberInput
          rules={control.number}
          {...{ text, inherited, onChange }}
          effect={effectText(field, text, inherited)}
        />
      );
    case "numbers":
      return <NumbersInput choices={control.choices} rules={control.number} {...{ text, onChange }} />;
  }
}
