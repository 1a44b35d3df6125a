import type { ReactNode } from "react";
import { commandLine } from "@/components/task/command-line.ts";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import type { Task } from "@/lib/task/schema.ts";

/** What the task runs, for reading. Values of environment variables stay hidden: they may be secrets. */
export function SpecView({ task }: { task: Task }) {
  const { command, args, workingDirectory, environment, prompt, ...options } = task.spec;
  const names = Object.keys((environment ?? {}) as object);
  if (Object.keys(task.spec).length === 0) {
    return <p className="text-muted text-sm">Nothing to run yet. A task needs this before it can be approved.</p>;
  }
  return (
    <div className="flex flex-col gap-2">
      {typeof command === "string" && (
        <CodeBlock
          label="command line"
          text={commandLine(command, Array.isArray(args) ? args.map(String) : [])}
          sign="$ "
        />
      )}
      {typeof prompt === "string" && <CodeBlock label="prompt" text={prompt} />}
      <dl className="flex flex-col gap-1 text-sm empty:hidden">
        {typeof workingDirectory === "string" && (
          <Line name="Working directory">
            <code className="break-all font-mono text-mono-sm">{workingDirectory}</code>
          </Line>
        )}
        {names.length > 0 && (
          <Line name="Environment">
            <code className="break-all font-mono text-mono-sm">{names.join(", ")}</code>
          </Line>
        )}
        {Object.keys(options).map((name) => (
          <Line key={name} name={optionNames[name] ?? name}>
            <code className="break-all font-mono text-mono-sm">{optionWords(options[name])}</code>
          </Line>
        ))}
      </dl>
    </div>
  );
}

const optionNames: Record<string, string> = {
  model: "Model",
  expectsChanges: "Changes are expected",
  additionalFlags: "Additional flags",
  mcpServers: "MCP servers",
  agent: "Agent",
};

/** Named things by their names only; they may hold headers and keys. */
function optionWords(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(String).join(" ");
  return Object.keys((value ?? {}) as object).join(", ") || "none";
}

export function CodeBlock({ label, text, sign = "" }: { label: string; text: string; sign?: string }) {
  return (
    <div className="relative">
      <pre
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        className="max-h-80 overflow-auto whitespace-pre-wrap rounded-md border border-border bg-sunken py-2 ps-3 pe-10 font-mono text-mono-sm [overflow-wrap:anywhere]"
      >
        {sign && (
          <span aria-hidden className="select-none text-subtle">
            {sign}
          </span>
        )}
        {text}
      </pre>
      <CopyButton label={`Copy ${label}`} text={text} className="absolute! end-1 top-1" />
    </div>
  );
}

function Line({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div className="flex flex-wrap gap-x-2">
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </div>
  );
}
