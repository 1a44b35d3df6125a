"use client";

import { useId } from "react";
import { Button } from "@/components/ui/button.tsx";
import { priorities, priorityLabels } from "@/components/ui/priority-glyph.tsx";
import { useResolveFile } from "@/lib/client/resolve-file.ts";
import type { ShownDispute } from "@/lib/task/file/schema.ts";

interface FileDisputeProps {
  taskId: string;
  dispute: ShownDispute;
}

const reasons: Record<ShownDispute["reason"], string> = {
  BOTH_CHANGED: "Both were changed. The card's holds until you choose.",
  NEEDS_APPROVAL: "The card has started: what its file says of the work waits for your word.",
  REFUSED: "The card could not take it.",
};

/** One field about which a card and its file disagree, and the choice. */
export function FileDispute({ taskId, dispute }: FileDisputeProps) {
  const id = useId();
  const { mutate, isPending, variables } = useResolveFile(taskId);
  const isBusy = (keep: "card" | "file") => isPending && variables.keep === keep;
  return (
    <fieldset
      aria-labelledby={id}
      className="flex min-w-0 flex-col gap-2 rounded-lg border border-attention bg-attention-tint px-3 py-2"
    >
      <p id={id} className="text-sm">
        <b className="font-medium capitalize">{dispute.field}</b>: {reasons[dispute.reason]}
      </p>
      <dl className="grid gap-2 text-sm sm:grid-cols-2">
        <Side name="The card says" field={dispute.field} value={dispute.card} />
        <Side name="The file says" field={dispute.field} value={dispute.file} />
      </dl>
      <div className="flex flex-wrap gap-2">
        <Button size="sm" isBusy={isBusy("card")} onClick={() => mutate({ dispute, keep: "card" })}>
          Keep the card's
        </Button>
        <Button size="sm" isBusy={isBusy("file")} onClick={() => mutate({ dispute, keep: "file" })}>
          Take the file's
        </Button>
      </div>
    </fieldset>
  );
}

function Side({ name, field, value }: { name: string; field: string; value: unknown }) {
  const text = textOf(field, value);
  return (
    <div className="min-w-0">
      <dt className="text-muted">{name}</dt>
      <dd className="whitespace-pre-wrap rounded-md border border-border bg-surface px-2 py-1 [overflow-wrap:anywhere]">
        {text === "" ? <i>nothing</i> : text}
      </dd>
    </div>
  );
}

function textOf(field: string, value: unknown): string {
  if (field === "priority") return priorityLabels[priorities[value as number]!];
  return value === null || value === undefined ? "" : String(value);
}
