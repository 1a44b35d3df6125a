import { AgentOptionFields } from "@/components/task/agent-fields.tsx";
import type { SpecDraft, SpecErrors } from "@/components/task/spec-draft.ts";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";

interface SpecFieldsProps {
  draft: SpecDraft;
  errors: SpecErrors;
  onChange: (part: Partial<SpecDraft>) => void;
  /** The first field takes the focus when it appears. */
  autoFocus?: boolean;
}

export function CommandFields({ draft, errors, onChange, autoFocus }: SpecFieldsProps) {
  return (
    <>
      <Field
        label="Command line"
        isRequired
        error={errors.command}
        help="Started without a shell. For pipes and variables: sh -c '…'"
      >
        <Textarea
          autoFocus={autoFocus}
          isMono
          rows={2}
          spellCheck={false}
          value={draft.command}
          onChange={(event) => onChange({ command: event.target.value })}
        />
      </Field>
      <Field
        label="Working directory"
        error={errors.workingDirectory}
        help="Inside the repository; its root when empty."
      >
        <Input
          spellCheck={false}
          isMono
          value={draft.workingDirectory}
          onChange={(event) => onChange({ workingDirectory: event.target.value })}
        />
      </Field>
      <Field label="Environment" error={errors.environment} help="NAME=value, one per line.">
        <Textarea
          isMono
          rows={2}
          spellCheck={false}
          value={draft.environment}
          onChange={(event) => onChange({ environment: event.target.value })}
        />
      </Field>
    </>
  );
}

export function AgentFields({ draft, errors, onChange, autoFocus }: SpecFieldsProps) {
  return (
    <>
      <Field label="Prompt" isRequired error={errors.prompt} help="What the agent is told to do.">
        <Textarea
          autoFocus={autoFocus}
          rows={6}
          value={draft.prompt}
          onChange={(event) => onChange({ prompt: event.target.value })}
        />
      </Field>
      <AgentOptionFields
        type={draft.type}
        draft={draft.agent}
        errors={errors}
        onChange={(part) => onChange({ agent: { ...draft.agent, ...part } })}
      />
    </>
  );
}
