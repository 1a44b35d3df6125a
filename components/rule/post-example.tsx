import type { RuleDraft } from "@/components/rule/rule-draft.ts";
import { CodeBlock } from "@/components/task/spec-view.tsx";

interface PostExampleProps {
  projectKey: string;
  draft: Pick<RuleDraft, "documents" | "types">;
}

/** How a program posts an operation that the rule is about. */
export function PostExample({ projectKey, draft }: PostExampleProps) {
  const url = `${window.location.origin}/api/v1/projects/${projectKey}/operations`;
  return (
    <details className="rounded-md border border-border">
      <summary className="cursor-pointer select-none rounded-md px-3 py-2 font-medium text-muted text-sm">
        How a program posts an operation
      </summary>
      <div className="flex flex-col gap-2 px-3 pt-1 pb-3">
        <CodeBlock label="example" text={curl(url, operationFor(draft))} />
        <p className="text-muted text-xs">
          The id is yours and unique: the same operation is taken once, however often it is posted. Up to 100 go in one
          call; <code className="font-mono">causedBy</code> names the task it comes of, where there is one.
        </p>
      </div>
    </details>
  );
}

/** One that fits the patterns, as far as they are plain names. */
const operationFor = ({ documents, types }: PostExampleProps["draft"]) => ({
  id: "inv-7/3",
  document: firstName(documents) ?? "invoices/7",
  type: firstName(types) ?? "APPROVE_INVOICE",
  input: { amount: 120, currency: "EUR" },
});

/** A star stands for anything: 7, say. */
function firstName(patterns: string): string | undefined {
  const [first] = patterns.split("\n").flatMap((line) => (line.trim().startsWith("!") ? [] : line.trim() || []));
  const name = first?.replaceAll(/\*+/g, "7");
  return name !== undefined && /^[\w./-]+$/.test(name) ? name : undefined;
}

const curl = (url: string, operation: object) =>
  [
    `curl -X POST ${url} \\`,
    '  -H "Authorization: Bearer $RUNBOARD_TOKEN" \\',
    "  -H 'Content-Type: application/json' \\",
    `  -d '${JSON.stringify({ operations: [operation] })}'`,
  ].join("\n");
