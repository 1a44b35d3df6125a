"use client";

import { parseAsBoolean, parseAsStringLiteral, useQueryStates } from "nuqs";
import { Select } from "@/components/ui/select.tsx";
import { taskTypes } from "@/lib/task/task-types.ts";

/** What of the queue is shown: of one type, of this project. In the URL, so that it can be shared. */
export function useQueueFilter(projectId: string) {
  const [{ type, mine }, setFilter] = useQueryStates({
    type: parseAsStringLiteral(taskTypes),
    mine: parseAsBoolean.withDefault(false),
  });
  return { type, isMine: mine, setFilter, filter: { ...(type && { type }), ...(mine && { projectId }) } };
}

const all = "all";

export function QueueFilter({
  type,
  isMine,
  setFilter,
  projectKey,
}: ReturnType<typeof useQueueFilter> & { projectKey: string }) {
  const types = [
    { value: all, label: "All types" },
    ...taskTypes.map((value) => ({ value: value as string, label: value as string })),
  ];
  return (
    <>
      <Select
        size="sm"
        label="Project"
        className="w-36!"
        value={isMine ? "mine" : all}
        onValueChange={(value) => void setFilter({ mine: value === "mine" ? true : null })}
        options={[
          { value: all, label: "All projects" },
          { value: "mine", label: `Only ${projectKey}` },
        ]}
      />
      <Select
        size="sm"
        label="Type"
        className="w-36!"
        value={type ?? all}
        onValueChange={(value) => void setFilter({ type: taskTypes.find((one) => one === value) ?? null })}
        options={types}
      />
    </>
  );
}
