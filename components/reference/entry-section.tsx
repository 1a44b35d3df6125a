import { curlText } from "@/components/reference/curl-text.ts";
import type { Entry } from "@/components/reference/document.ts";
import { ExampleBlock } from "@/components/reference/example-block.tsx";
import { FieldsTable } from "@/components/reference/fields-table.tsx";
import { refName, typeText } from "@/components/reference/type-text.ts";
import { Badge } from "@/components/ui/badge.tsx";

/** One operation: what it does, what it takes, what it answers and how it refuses. */
export function EntrySection({ entry }: { entry: Entry }) {
  const { id, method, path, summary, description, fields, success, refusals } = entry;
  const ref = success.shape.$ref;
  return (
    <section id={id} aria-labelledby={`${id}-title`} className="scroll-mt-4 border-border border-t pt-4">
      <h3 id={`${id}-title`} className="font-semibold text-base">
        <a href={`#${id}`} className="font-mono hover:underline">
          {id}
        </a>
      </h3>
      <p className="mt-1 flex flex-wrap items-center gap-2">
        <Badge role={method === "GET" ? "info" : "neutral"}>{method}</Badge>
        <code className="font-mono text-mono-sm [overflow-wrap:anywhere]">{path}</code>
      </p>
      <p className="measure mt-2">{description || `${summary}.`}</p>
      <div className="mt-3 flex flex-col gap-3">
        {fields.length > 0 && <FieldsTable label={`What ${id} takes`} fields={fields} />}
        <p className="text-sm">
          Answers <strong className="font-medium">{success.status}</strong>
          {ref === undefined ? `: ${typeText(success.shape)}.` : " with "}
          {ref !== undefined && (
            <a href={`#schema-${refName(ref)}`} className="text-accent underline underline-offset-2">
              {refName(ref)}
            </a>
          )}
        </p>
        <ExampleBlock title="Example of a call" text={curlText(entry)} />
        <ExampleBlock title="Example of an answer" text={JSON.stringify(success.example, null, 2) ?? "(nothing)"} />
        <details className="rounded-md border border-border">
          <summary className="cursor-pointer px-3 py-1.5 text-sm">How it refuses</summary>
          <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 border-border border-t p-3 text-sm">
            {refusals.flatMap(({ status, codes }) =>
              codes.map(({ code, nextStep }) => (
                <div key={code} className="contents">
                  <dt className="font-mono text-mono-sm">
                    {status} {code}
                  </dt>
                  <dd className="text-muted">{nextStep}</dd>
                </div>
              )),
            )}
          </dl>
        </details>
      </div>
    </section>
  );
}
