import Link from "next/link";

/** To a task of any project: its key names the board it stands on. */
export function TaskLink({ taskKey, title }: { taskKey: string; title: string }) {
  return (
    <Link
      href={`/p/${taskKey.slice(0, taskKey.lastIndexOf("-"))}/t/${taskKey}`}
      className="flex min-w-0 max-w-full items-baseline gap-2 rounded-sm hover:underline"
    >
      <span className="shrink-0 font-mono text-subtle text-xs">{taskKey}</span>
      <span className="truncate font-medium text-sm">{title}</span>
    </Link>
  );
}
