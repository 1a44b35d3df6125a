import { PlaceholderLine } from "@/components/rule/placeholder-line.tsx";
import { useInsertion } from "@/components/rule/use-insertion.ts";
import type { RuleFieldsProps } from "@/components/rule/when-fields.tsx";
import { typeChoices } from "@/components/settings/type-choices.ts";
import { CountFields, DescriptionField, PriorityField, TagsField } from "@/components/task/common-fields.tsx";
import { AgentFields, CommandFields } from "@/components/task/spec-fields.tsx";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Folded } from "@/components/ui/folded.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Select } from "@/components/ui/select.tsx";
import type { RuleTask } from "@/lib/rule/schema.ts";

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
        <DescriptionField
          value={draft.description}
          error={errors.description}
          onChange={(description) => onChange({ description })}
        />
        <div className="grid grid-cols-[repeat(auto-fit,minmax(min(12rem,100%),1fr))] items-start gap-3">
          <PriorityField
            value={draft.priority}
            error={errors.priority}
            onChange={(priority) => onChange({ priority })}
          />
          <Field label="Begins as" isRequired error={errors.status}>
            <Select options={statusOptions} value={draft.status} onValueChange={(status) => onChange({ status })} />
          </Field>
          <TagsField value={draft.tags} error={errors.tags} onChange={(tags) => onChange({ tags })} />
        </div>
        <Field
          isInline
          label="Write the result back into the document"
          help="As a section at its end, where it is Markdown. No rule takes that for a change."
        >
          <Checkbox checked={draft.writeBack} onCheckedChange={(writeBack) => onChange({ writeBack })} />
        </Field>
        <RareFields draft={draft} errors={errors} onChange={onChange} />
      </div>
    </section>
  );
}

const rare = ["area", "assignee", "dependsOn", "timeoutSeconds", "maxAttempts"] as const;

function RareFields({ draft, errors, onChange }: RuleFieldsProps) {
  const text = (name: (typeof rare)[number]) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  return (
    <Folded
      title="Advanced"
      isOpenAtFirst={rare.some((name) => draft[name] !== "")}
      isWrong={rare.some((name) => errors[name])}
    >
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(12rem,100%),1fr))] items-start gap-3">
        <Field label="Area" error={errors.area}>
          <Input {...text("area")} maxLength={100} />
        </Field>
        <Field label="Assignee" error={errors.assignee}>
          <Input {...text("assignee")} maxLength={100} />
        </Field>
        <CountFields draft={draft} errors={errors} onChange={onChange} />
      </div>
      <Field
        label="Depends on"
        error={errors.dependsOn}
        help="Keys of tasks, with commas between. Each of its tasks waits for all of them."
      >
        <Input {...text("dependsOn")} placeholder="DEMO-1, DEMO-2" spellCheck={false} isMono />
      </Field>
    </Folded>
  );
}
