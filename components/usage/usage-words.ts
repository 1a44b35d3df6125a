import { formatUsd } from "@/components/ui/format-amount.ts";

export interface Usage {
  /** Newest first, days without sessions left out. */
  days: readonly {
    day: string;
    sessions: number;
    unknown: number;
    costUsd: number | null;
    tokens: { input: number | null; output: number | null; cacheRead: number | null; cacheWrite: number | null };
  }[];
  dailyBudgetUsd: number | null;
  heldUntil: string | null;
}

export const dayOf = (now: Date): string => now.toISOString().slice(0, 10);

/** `$0.42`, `$0.42 of $5.00`; null where no agent has told its cost today. */
export function costToday({ days, dailyBudgetUsd }: Usage, now: Date): string | null {
  const cost = days.find(({ day }) => day === dayOf(now))?.costUsd ?? null;
  if (cost === null) return null;
  return dailyBudgetUsd === null ? formatUsd(cost) : `${formatUsd(cost)} of ${formatUsd(dailyBudgetUsd)}`;
}
