"use client";

import { useQuery } from "@tanstack/react-query";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { attachQuery } from "@/lib/client/queries.ts";

/** What to type on the machine itself to be in the same terminal. */
export function AttachCommand({ sessionId }: { sessionId: string }) {
  const { data } = useQuery(attachQuery(sessionId));
  if (data === undefined) return null;
  return (
    <div className="flex items-center gap-2 text-xs">
      <span className="shrink-0 text-muted">On its machine:</span>
      <code className="min-w-0 truncate font-mono text-mono-sm" title={data.command}>
        {data.command}
      </code>
      <CopyButton text={data.command} label="Copy the command that attaches" />
    </div>
  );
}
