import type { ReactNode } from "react";
import { LazyMarkdown } from "@/components/task/lazy-markdown.tsx";
import { CodeBlock } from "@/components/task/spec-view.tsx";
import { TaskSection } from "@/components/task/task-section.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import type { Task } from "@/lib/task/schema.ts";

/** What came out of it: the report, the branch, the commit, and how to look at them. */
export function ResultSection({ task }: { task: Task }) {
  const { result, resultBranch, resultCommit } = task;
  const hasReport = result !== null && result !== undefined && result !== "";
  if (!hasReport && !resultBranch && !resultCommit) return null;
  return (
    <TaskSection title="Result">
      {hasReport && <Report result={result} />}
      <dl className="flex flex-col gap-1 text-sm">
        {resultBranch && (
          <Line name="Branch" copy={resultBranch}>
            {resultBranch}
          </Line>
        )}
        {resultCommit && (
          <Line name="Commit" copy={resultCommit}>
            {resultCommit.slice(0, 12)}
          </Line>
        )}
      </dl>
      {resultBranch && <CodeBlock label="git command" text={`git log -p ${resultBranch}`} sign="$ " />}
    </TaskSection>
  );
}

function Report({ result }: { result: unknown }) {
  if (typeof result === "string") return <LazyMarkdown text={result} />;
  return <CodeBlock label="result" text={JSON.stringify(result, null, 2)} />;
}

function Line({ name, copy, children }: { name: string; copy: string; children: ReactNode }) {
  return (
    <div className="flex min-w-0 items-center gap-2">
      <dt className="w-16 shrink-0 text-muted">{name}</dt>
      <dd className="flex min-w-0 items-center gap-1">
        <code className="break-all font-mono text-mono-sm">{children}</code>
        <CopyButton label={`Copy ${name.toLowerCase()}`} text={copy} />
      </dd>
    </div>
  );
}
