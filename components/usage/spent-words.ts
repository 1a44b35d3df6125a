import { formatCount, formatUsd } from "@/components/ui/format-amount.ts";
import type { Session } from "@/lib/session/schema.ts";

interface SpentFacts {
  tokens: Session["tokens"] | null;
  costUsd: number | null;
}

/** `$0.42`; what nobody has told is said to be unknown, never nothing. */
export const costWords = (costUsd: number | null): string => (costUsd === null ? "cost unknown" : formatUsd(costUsd));

/** `12.3k tokens in`, `840 out`, `5k from cache`: only what is known; null where nothing is. */
export function tokenWords(tokens: Session["tokens"] | null): string | null {
  const { input = null, output = null, cacheRead = null, cacheWrite = null } = tokens ?? {};
  const parts = [
    input !== null && `${formatCount(input)} in`,
    output !== null && `${formatCount(output)} out`,
    cacheRead !== null && `${formatCount(cacheRead)} from cache`,
    cacheWrite !== null && `${formatCount(cacheWrite)} to cache`,
  ].filter((part) => part !== false);
  return parts.length > 0 ? parts.join(", ") : null;
}

/** Tokens and cost, each said to be unknown where it is. */
export const spentWords = ({ tokens, costUsd }: SpentFacts): string[] => [
  tokenWords(tokens) === null ? "tokens unknown" : `tokens: ${tokenWords(tokens)}`,
  costWords(costUsd),
];

type Spender = Pick<Session, "agent" | "costUsd">;

/** Of all attempts of a task: `$1.20`, `$0.42, 1 attempt unknown`. Null where no agent has worked. */
export function taskCostWords(sessions: readonly Spender[]): string | null {
  const ofAgents = sessions.filter(({ agent }) => agent !== "cli");
  if (ofAgents.length === 0) return null;
  const known = ofAgents.flatMap(({ costUsd }) => (costUsd === null ? [] : [costUsd]));
  if (known.length === 0) return "cost unknown";
  const total = formatUsd(known.reduce((sum, cost) => sum + cost, 0));
  const unknown = ofAgents.length - known.length;
  return unknown === 0 ? total : `${total}, ${unknown === 1 ? "1 attempt" : `${unknown} attempts`} unknown`;
}
