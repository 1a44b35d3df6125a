import { useQuery } from "@tanstack/react-query";
import type { AgentDraft, AgentErrors } from "@/components/task/agent-draft.ts";
import { Checkbox } from "@/components/ui/checkbox.tsx";
import { Field } from "@/components/ui/field.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Select } from "@/components/ui/select.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";
import { configQuery } from "@/lib/client/queries.ts";
import type { TaskType } from "@/lib/task/schema.ts";

interface AgentOptionFieldsProps {
  type: TaskType;
  draft: AgentDraft;
  errors: AgentErrors;
  onChange: (part: Partial<AgentDraft>) => void;
}

/** What an agent is given besides its prompt: only what its type knows. */
export function AgentOptionFields({ type, draft, errors, onChange }: AgentOptionFieldsProps) {
  return (
    <>
      {type === "acp" && (
        <AcpAgentField value={draft.agent} error={errors.agent} onChange={(agent) => onChange({ agent })} />
      )}
      <Field label="Model" error={errors.model} help="Empty: the project's, else the agent's own choice.">
        <Input
          spellCheck={false}
          isMono
          value={draft.model}
          onChange={(event) => onChange({ model: event.target.value })}
        />
      </Field>
      <Field
        isInline
        label="Changes are expected"
        error={errors.expectsChanges}
        help="An end without a changed file then counts as a failure."
      >
        <Checkbox checked={draft.expectsChanges} onCheckedChange={(expectsChanges) => onChange({ expectsChanges })} />
      </Field>
      {type === "claude-code" && (
        <Field
          label="Additional flags"
          error={errors.additionalFlags}
          help="For claude's command line, one word per line."
        >
          <Textarea
            isMono
            rows={2}
            spellCheck={false}
            placeholder={"--max-turns\n20"}
            value={draft.additionalFlags}
            onChange={(event) => onChange({ additionalFlags: event.target.value })}
          />
        </Field>
      )}
      {type === "claude-agent" && (
        <Field
          label="MCP servers"
          error={errors.mcpServers}
          help={`JSON, by name; those of the project come besides. ${"$"}{secret:NAME} in a header or variable stands for RUNBOARD_SECRET_NAME.`}
        >
          <Textarea
            isMono
            rows={3}
            spellCheck={false}
            placeholder='{ "docs": { "url": "https://mcp.example.org/mcp" } }'
            value={draft.mcpServers}
            onChange={(event) => onChange({ mcpServers: event.target.value })}
          />
        </Field>
      )}
    </>
  );
}

interface AcpAgentFieldProps {
  value: string;
  error?: string;
  onChange: (agent: string) => void;
}

/** One of those that the instance's configuration names. */
function AcpAgentField({ value, error, onChange }: AcpAgentFieldProps) {
  const { data: config } = useQuery(configQuery());
  const known = Object.keys(config?.values.acpAgents ?? {});
  const names = value === "" || known.includes(value) ? known : [value, ...known];
  return (
    <Field label="Agent" error={error} help="By its name in the instance's settings, under ACP agents.">
      <Select
        options={names.map((name) => ({ value: name, label: name }))}
        value={value}
        placeholder="Choose an agent"
        onValueChange={onChange}
      />
    </Field>
  );
}
