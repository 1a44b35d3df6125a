import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { PriorityGlyph, priorities, priorityLabels } from "@/components/ui/priority-glyph.tsx";
import { Select } from "@/components/ui/select.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";

const priorityOptions = priorities.slice(0, 5).map((priority, value) => ({
  value: String(value),
  label: priorityLabels[priority],
  icon: <PriorityGlyph priority={priority} isDecorative />,
}));

interface CommonFieldProps<Value> {
  value: Value;
  error?: string | undefined;
  onChange: (value: Value) => void;
}

export function DescriptionField({ value, error, onChange }: CommonFieldProps<string>) {
  return (
    <Field label="Description" error={error} help="Markdown.">
      <Textarea rows={2} value={value} onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

export function PriorityField({ value, error, onChange }: CommonFieldProps<number>) {
  return (
    <Field label="Priority" isRequired error={error}>
      <Select options={priorityOptions} value={String(value)} onValueChange={(text) => onChange(Number(text))} />
    </Field>
  );
}

/** Separated by commas. */
export function TagsField({ value, error, onChange }: CommonFieldProps<string>) {
  return (
    <Field label="Tags" error={error}>
      <Input value={value} placeholder="api, docs" onChange={(event) => onChange(event.target.value)} />
    </Field>
  );
}

interface Counts {
  timeoutSeconds: string;
  maxAttempts: string;
}
interface CountFieldsProps {
  draft: Counts;
  errors: Partial<Record<keyof Counts, string>>;
  onChange: (part: Partial<Counts>) => void;
}

/** Two cells of a grid. What may be typed into them: count-error.ts. */
export function CountFields({ draft, errors, onChange }: CountFieldsProps) {
  const count = (name: keyof Counts) => ({
    value: draft[name],
    inputMode: "numeric" as const,
    autoComplete: "off",
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  return (
    <>
      <Field label="Timeout" error={errors.timeoutSeconds}>
        <Input {...count("timeoutSeconds")} end="s" />
      </Field>
      <Field label="Attempts at most" error={errors.maxAttempts}>
        <Input {...count("maxAttempts")} />
      </Field>
    </>
  );
}
