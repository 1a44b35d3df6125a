import { CircleAlert, CircleCheck, CircleX } from "lucide-react";
import type { ReactNode } from "react";
import { splitCommand } from "@/components/project/derive-project.ts";
import { factsOf } from "@/components/project/repository-facts.ts";
import type { RepositoryState } from "@/components/project/use-repository-check.ts";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { Spinner } from "@/components/ui/spinner.tsx";

interface RepositoryCheckProps {
  state: RepositoryState;
  /** Null for a URL. */
  path: string | null;
}

/** What was found where the field points to; said aloud when it changes. */
export function RepositoryCheckResult({ state, path }: RepositoryCheckProps) {
  return (
    <div role="status" aria-label="Repository check" className="empty:hidden">
      <Findings state={state} path={path} />
    </div>
  );
}

function Findings({ state, path }: RepositoryCheckProps) {
  if (state.kind === "nothing") return null;
  if (state.kind === "checking") {
    return (
      <p className="flex items-center gap-2 text-muted text-sm">
        <Spinner />
        Looking at the repository…
      </p>
    );
  }
  if (state.kind === "failed") return <Failure message={state.problem.message} retry={state.retry} />;
  const { check, retry } = state;
  if (!check.ok) return <Failure message={check.message ?? "The repository cannot be used."} retry={retry} />;
  return (
    <ul className="flex flex-col gap-1.5">
      {factsOf(check, path).map(({ level, text, fix, command }) => (
        <li key={text}>
          <Line icon={level === "good" ? good : attention}>{text}</Line>
          {fix && <p className="ms-6 text-muted text-xs">{fix}</p>}
          {command && <Command text={command} />}
        </li>
      ))}
    </ul>
  );
}

/** What is wrong and the way out. */
function Failure({ message, retry }: { message: string; retry: () => void }) {
  const { words, command } = splitCommand(message);
  return (
    <div className="flex flex-col items-start gap-1.5">
      <Line icon={bad}>{words}</Line>
      {command && <Command text={command} />}
      <Button size="sm" onClick={retry} className="ms-6">
        Check again
      </Button>
    </div>
  );
}

function Line({ icon, children }: { icon: ReactNode; children: ReactNode }) {
  return (
    <p className="flex min-w-0 items-start gap-2 text-sm [&>svg]:mt-0.5 [&>svg]:size-4 [&>svg]:shrink-0">
      {icon}
      <span className="min-w-0 [overflow-wrap:anywhere]">{children}</span>
    </p>
  );
}

function Command({ text }: { text: string }) {
  return (
    <div className="ms-6 mt-1 flex min-w-0 max-w-full items-start gap-1 rounded-md border border-border bg-sunken ps-2">
      <code className="min-w-0 flex-1 py-1 font-mono text-mono-sm [overflow-wrap:anywhere]">{text}</code>
      <CopyButton label="Copy command" text={text} />
    </div>
  );
}

const good = <CircleCheck aria-label="In order" className="text-success" />;
const attention = <CircleAlert aria-label="Attention" className="text-attention" />;
const bad = <CircleX aria-label="Error" className="text-danger" />;
