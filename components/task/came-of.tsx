import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { originQuery } from "@/lib/client/queries.ts";
import type { Task } from "@/lib/task/schema.ts";

const rulePrefix = "Rule ";

/** What a rule created the task for; nothing where it was somebody else. */
export function CameOf({ task }: { task: Task }) {
  const { type, name } = task.createdBy;
  const isOfRule = type === "system" && name.startsWith(rulePrefix);
  const { data: origin } = useQuery({ ...originQuery(task), enabled: isOfRule });
  if (!isOfRule) return null;
  return (
    <span className="min-w-0 [overflow-wrap:anywhere]">
      Came of {origin ? <span className="font-mono">{origin.subject}</span> : "a rule"}, by rule{" "}
      <Link href={`/p/${task.key.slice(0, task.key.lastIndexOf("-"))}/settings#rules`} className="underline">
        {origin?.ruleName ?? name.slice(rulePrefix.length)}
      </Link>
    </span>
  );
}
