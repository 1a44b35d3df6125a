import { useQuery } from "@tanstack/react-query";
import { ClockTime } from "@/components/ui/clock-time.tsx";
import { formatUsd } from "@/components/ui/format-amount.ts";
import { Progress } from "@/components/ui/progress.tsx";
import { Skeleton } from "@/components/ui/skeleton.tsx";
import { tokenWords } from "@/components/usage/spent-words.ts";
import { dayOf, type Usage } from "@/components/usage/usage-words.ts";
import { problemOf } from "@/lib/client/api.ts";
import { usageQuery } from "@/lib/client/queries.ts";

/** What the project's agents have cost: today against the budget, and by day. What nobody has told is not counted as nothing. */
export function UsageTable({ projectId }: { projectId: string }) {
  const { data: usage, error } = useQuery(usageQuery(projectId));
  if (error && !usage) return <p className="text-danger text-sm">{problemOf(error).message}</p>;
  if (!usage) return <Skeleton className="h-32" />;
  return (
    <div className="flex flex-col gap-3">
      <h3 className="font-medium text-sm">Usage of the last 30 days</h3>
      <Today usage={usage} />
      {usage.days.length > 0 && <Days days={usage.days} />}
    </div>
  );
}

function Today({ usage: { days, dailyBudgetUsd, heldUntil } }: { usage: Usage }) {
  const today = days.find(({ day }) => day === dayOf(new Date()));
  const cost = today?.costUsd ?? null;
  const spent =
    today === undefined
      ? "No agent has worked today"
      : cost === null
        ? "Today: cost unknown"
        : `Today: ${formatUsd(cost)}`;
  return (
    <div className="flex flex-col gap-1.5 text-sm">
      <p className="tabular-nums">
        {spent}
        {dailyBudgetUsd !== null && ` of ${formatUsd(dailyBudgetUsd)}`}.
        {today !== undefined && cost !== null && today.unknown > 0 && ` ${unknownWords(today.unknown)}`}
      </p>
      {dailyBudgetUsd !== null && (
        <Progress label="Budget of the day" value={cost ?? 0} max={dailyBudgetUsd} role="meter" />
      )}
      {heldUntil !== null && (
        <p className="text-attention">
          The budget is spent: no agent starts before <ClockTime at={heldUntil} />.
        </p>
      )}
    </div>
  );
}

const unknownWords = (count: number) =>
  count === 1 ? "1 session has not told its cost." : `${count} sessions have not told their cost.`;

function Days({ days }: { days: Usage["days"] }) {
  return (
    <section
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      aria-label="Usage by day"
      className="overflow-x-auto rounded-lg border border-border bg-surface"
    >
      <table className="w-full text-sm tabular-nums">
        <thead className="text-muted text-xs">
          <tr className="border-border border-b [&>th]:px-3 [&>th]:py-1.5 [&>th]:font-medium">
            <th className="text-start">Day (UTC)</th>
            <th className="text-end">Sessions</th>
            <th className="text-end">Cost</th>
            <th className="text-start">Tokens</th>
          </tr>
        </thead>
        <tbody>
          {days.map(({ day, sessions, unknown, costUsd, tokens }) => (
            <tr key={day} className="border-border border-b last:border-b-0 [&>td]:px-3 [&>td]:py-1.5">
              <td className="whitespace-nowrap">{day}</td>
              <td className="text-end">{sessions}</td>
              <td className="whitespace-nowrap text-end">
                {costUsd === null ? "unknown" : formatUsd(costUsd)}
                {costUsd !== null && unknown > 0 && <span className="text-muted"> + {unknown} unknown</span>}
              </td>
              <td className="text-muted">{tokenWords(tokens) ?? "unknown"}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
