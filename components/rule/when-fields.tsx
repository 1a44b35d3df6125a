import { PostExample } from "@/components/rule/post-example.tsx";
import type { RuleDraft, RuleErrors } from "@/components/rule/rule-draft.ts";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { CheckboxList } from "@/components/ui/checkbox-list.tsx";
import { Field } from "@/components/ui/field.tsx";
import { FieldGroup } from "@/components/ui/field-group.tsx";
import { RadioList } from "@/components/ui/radio-list.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";
import type { DocumentChange, When } from "@/lib/rule/schema.ts";

export interface RuleFieldsProps {
  draft: RuleDraft;
  errors: RuleErrors;
  onChange: (part: Partial<RuleDraft>) => void;
}

const sources: readonly { value: When["source"]; label: string; note: string }[] = [
  { value: "documents", label: "A document changes", note: "A file of the project's working tree, committed or not." },
  { value: "operations", label: "An operation is posted", note: "Another program says over HTTP what it did." },
];
const changes: readonly { value: DocumentChange; label: string }[] = [
  { value: "added", label: "Added" },
  { value: "changed", label: "Changed" },
  { value: "removed", label: "Removed" },
];

/** What has to happen. */
export function WhenFields({ projectKey, ...fields }: RuleFieldsProps & { projectKey: string }) {
  const { draft, errors, onChange } = fields;
  return (
    <>
      <FieldGroup label="When">
        <RadioList choices={sources} chosen={draft.source} onChange={(source) => onChange({ source })} />
      </FieldGroup>
      {draft.source === "documents" ? (
        <DocumentFields {...fields} />
      ) : (
        <OperationFields {...fields} projectKey={projectKey} />
      )}
      <Field
        label="Conditions"
        error={errors.where}
        help="name = value, one per line; all of them have to hold. A name is one of the placeholders below."
      >
        <Textarea
          isMono
          rows={2}
          spellCheck={false}
          value={draft.where}
          placeholder={draft.source === "documents" ? "front.status = ready" : "input.state = open"}
          onChange={(event) => onChange({ where: event.target.value })}
        />
      </Field>
    </>
  );
}

function DocumentFields({ draft, errors, onChange }: RuleFieldsProps) {
  return (
    <>
      <Field
        label="Documents"
        isRequired
        error={errors.files}
        help="Patterns, one per line. A folder means all that is in it; a ! in front takes away."
      >
        <Textarea
          isMono
          rows={2}
          spellCheck={false}
          value={draft.files}
          placeholder="docs/specs/**/*.md"
          onChange={(event) => onChange({ files: event.target.value })}
        />
      </Field>
      <FieldGroup label="Which are" error={errors.on}>
        <CheckboxList choices={changes} chosen={draft.on} onChange={(on) => onChange({ on })} />
      </FieldGroup>
      <Field
        isInline
        label="Also documents that are there already"
        help="They count as added once the rule is on. Else only what happens from then on."
      >
        <Checkbox checked={draft.existing} onCheckedChange={(existing) => onChange({ existing })} />
      </Field>
    </>
  );
}

function OperationFields({ draft, errors, onChange, projectKey }: RuleFieldsProps & { projectKey: string }) {
  const lines = (name: "documents" | "types") => ({
    isMono: true,
    rows: 2,
    spellCheck: false,
    value: draft[name],
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  return (
    <>
      <Field
        label="Documents"
        error={errors.documents}
        help="Patterns of the names it was done to, one per line. Empty: any."
      >
        <Textarea {...lines("documents")} placeholder="invoices/*" />
      </Field>
      <Field label="Types" error={errors.types} help="Patterns, one per line. Empty: any.">
        <Textarea {...lines("types")} placeholder="APPROVE_INVOICE" />
      </Field>
      <PostExample projectKey={projectKey} draft={draft} />
    </>
  );
}
