"use client";

import { DependsOnField } from "@/components/board/depends-on-field.tsx";
import type { FieldErrors, NewTaskDraft } from "@/components/board/new-task-draft.ts";
import { emptyAgent } from "@/components/task/agent-draft.ts";
import { AgentOptionFields } from "@/components/task/agent-fields.tsx";
import { CountFields, DescriptionField, PriorityField, TagsField } from "@/components/task/common-fields.tsx";
import { emptyPolicy } from "@/components/task/policy-draft.ts";
import { PolicyFields } from "@/components/task/policy-fields.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Folded } from "@/components/ui/folded.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Select } from "@/components/ui/select.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";
import { taskTypes } from "@/lib/task/task-types.ts";

interface FieldsProps {
  draft: NewTaskDraft;
  errors: FieldErrors;
  onChange: (part: Partial<NewTaskDraft>) => void;
}

const typeNames: Record<NewTaskDraft["type"], string> = {
  cli: "Command",
  "claude-code": "Claude Code",
  "claude-agent": "Claude Agent SDK",
  codex: "Codex",
  gemini: "Gemini",
  opencode: "OpenCode",
  acp: "ACP agent",
};
const types = taskTypes.map((value) => ({ value, label: typeNames[value] }));
/** What is done: a command, or what an agent is told. */
export function WorkFields({ draft, errors, onChange }: FieldsProps) {
  return (
    <>
      <Field label="Type" isRequired error={errors.type}>
        <Select options={types} value={draft.type} onValueChange={(type) => onChange({ type })} />
      </Field>
      {draft.type === "cli" ? (
        <Field label="Command" error={errors.line} help="Runs in a clone of the repository, through sh -c.">
          <Input
            value={draft.line}
            placeholder="npm test"
            spellCheck={false}
            isMono
            disabled={draft.program.trim() !== ""}
            onChange={(event) => onChange({ line: event.target.value })}
          />
        </Field>
      ) : (
        <Field label="Prompt" error={errors.prompt} help="What the agent is told to do.">
          <Textarea rows={4} value={draft.prompt} onChange={(event) => onChange({ prompt: event.target.value })} />
        </Field>
      )}
    </>
  );
}

export function CommonFields({ draft, errors, onChange }: FieldsProps) {
  return (
    <>
      <DescriptionField
        value={draft.description}
        error={errors.description}
        onChange={(description) => onChange({ description })}
      />
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(12rem,100%),1fr))] gap-3">
        <PriorityField value={draft.priority} error={errors.priority} onChange={(priority) => onChange({ priority })} />
        <TagsField value={draft.tags} error={errors.tags} onChange={(tags) => onChange({ tags })} />
      </div>
      <DependsOnField
        value={draft.dependsOn}
        error={errors.dependsOn}
        onChange={(dependsOn) => onChange({ dependsOn })}
      />
    </>
  );
}

const policyNames = Object.keys(emptyPolicy) as (keyof typeof emptyPolicy)[];
const hasPolicy = ({ policy }: NewTaskDraft) => policyNames.some((name) => policy[name] !== emptyPolicy[name]);

const agentNames = Object.keys(emptyAgent) as (keyof typeof emptyAgent)[];
const hasOptions = ({ agent }: NewTaskDraft) => agentNames.some((name) => agent[name] !== emptyAgent[name]);

export function AdvancedFields({ draft, errors, onChange }: FieldsProps) {
  const inside = ["program", "args", "workingDirectory", "environment", "timeoutSeconds", "maxAttempts"] as const;
  const isFilled = inside.some((name) => draft[name] !== "") || hasPolicy(draft) || hasOptions(draft);
  const isWrong = [...inside, ...policyNames, ...agentNames].some((name) => errors[name]);
  const text = (name: (typeof inside)[number]) => ({
    value: draft[name],
    onChange: (event: { target: { value: string } }) => onChange({ [name]: event.target.value }),
  });
  return (
    <Folded title="Advanced" isOpenAtFirst={isFilled} isWrong={isWrong}>
      {draft.type !== "cli" && (
        <AgentOptionFields
          type={draft.type}
          draft={draft.agent}
          errors={errors}
          onChange={(part) => onChange({ agent: { ...draft.agent, ...part } })}
        />
      )}
      {draft.type === "cli" && (
        <>
          <Field label="Program without a shell" error={errors.program} help="Takes the place of Command.">
            <Input {...text("program")} placeholder="node" spellCheck={false} isMono />
          </Field>
          <Field label="Arguments" error={errors.args} help="One per line.">
            <Textarea {...text("args")} rows={2} isMono spellCheck={false} />
          </Field>
          <Field label="Working directory" error={errors.workingDirectory} help="Inside the clone.">
            <Input {...text("workingDirectory")} placeholder="packages/api" spellCheck={false} isMono />
          </Field>
          <Field label="Environment" error={errors.environment} help="NAME=value, one per line.">
            <Textarea {...text("environment")} rows={2} isMono spellCheck={false} />
          </Field>
        </>
      )}
      <div className="grid grid-cols-[repeat(auto-fit,minmax(min(12rem,100%),1fr))] gap-3">
        <CountFields draft={draft} errors={errors} onChange={onChange} />
      </div>
      <PolicyFields
        draft={draft.policy}
        errors={errors}
        onChange={(part) => onChange({ policy: { ...draft.policy, ...part } })}
      />
    </Folded>
  );
}
