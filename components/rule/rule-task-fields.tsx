import { PlaceholderLine } from "@/components/rule/placeholder-line.tsx";
import { useInsertion } from "@/components/rule/use-insertion.ts";
import type { RuleFieldsProps } from "@/components/rule/when-fields.tsx";
import { typeChoices } from "@/components/settings/type-choices.ts";
import { AgentFields, CommandFields } from "@/components/task/spec-fields.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { PriorityGlyph, priorities, priorityLabels } from "@/components/ui/priority-glyph.tsx";
import { Select } from "@/components/ui/select.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";
import type { RuleTask } from "@/lib/rule/schema.ts";

const priorityOptions = priorities.slice(0, 5).map((priority, value) => ({
  value: String(value),
  label: priorityLabels[priority],
  icon: <PriorityGlyph priority={priority} isDecorative />,
}));
const statusOptions: { value: RuleTask["status"]; label: string; note: string }[] = [
  { value: "APPROVED", label: "Approved", note: "In autonomous mode it runs by itself." },
  { value: "DRAFT", label: "Draft", note: "Waits for a person's approval." },
];

/** The task that is created, whose texts may hold placeholders. */
export function RuleTaskFields({ draft, errors, onChange }: RuleFieldsProps) {
  const { root, watch, insert } = useInsertion();
  const spec = {
    draft: draft.spec,
    errors,
    onChange: (part: Partial<typeof draft.spec>) => onChange({ spec: { ...draft.spec, ...part } }),
  };
  return (
    <section aria-label="The task it creates" className="flex flex-col gap-3 border-border border-t pt-3">
      <h3 className="font-medium text-base">The task it creates</h3>
      <PlaceholderLine source={draft.source} onInsert={insert} />
      <div ref={root} {...watch} className="flex flex-col gap-3">
        <Field label="Title" isRequired error={errors.title}>
          <Input
            value={draft.title}
            maxLength={200}
            placeholder={draft.source === "documents" ? "Carry out {{title}}" : "{{type}} of {{document}}"}
            onChange={(event) => onChange({ title: event.target.value })}
          />
        </Field>
        <Field label="Type" isRequired>
          <Select options={typeChoices} value={draft.spec.type} onValueChange={(type) => spec.onChange({ type })} />
        </Field>
        {draft.spec.type === "cli" ? <CommandFields {...spec} /> : <AgentFields {...spec} />}
        <Field label="Description" error={errors.description} help="Markdown.">
          <Textarea
            rows={2}
            value={draft.description}
            onChange={(event) => onChange({ description: event.target.value })}
          />
        </Field>
        <div className="grid grid-cols-[repeat(auto-fit,minmax(min(12rem,100%),1fr))] items-start gap-3">
          <Field label="Priority" isRequired error={errors.priority}>
            <Select
              options={priorityOptions}
              value={String(draft.priority)}
              onValueChange={(value) => onChange({ priority: Number(value) })}
            />
          </Field>
          <Field label="Begins as" isRequired error={errors.status}>
            <Select options={statusOptions} value={draft.status} onValueChange={(status) => onChange({ status })} />
          </Field>
          <Field label="Tags" error={errors.tags}>
            <Input
              value={draft.tags}
              placeholder="specs, docs"
              onChange={(event) => onChange({ tags: event.target.value })}
            />
          </Field>
        </div>
        <Field
          isInline
          label="Write the result back into the document"
          help="As a section at its end, where it is Markdown. No rule takes that for a change."
        >
          <Checkbox checked={draft.writeBack} onCheckedChange={(writeBack) => onChange({ writeBack })} />
        </Field>
      </div>
    </section>
  );
}
