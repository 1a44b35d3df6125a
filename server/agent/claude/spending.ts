import type { Spent } from "@/lib/agent/events.ts";
import type { Line, ModelUsage, Result, Usage } from "./dialect.ts";

/** What a session has used so far, told by one line after the other. */
export interface Spending {
  /** An answer of the model; null: known already. A line comes for each part of an answer, each with the usage of the whole. */
  onAnswer(line: Line): Spent | null;
  onResult(result: Result): Spent;
}

const none = { inputTokens: 0, outputTokens: 0, cacheReadTokens: 0, cacheWriteTokens: 0 };
type Tokens = typeof none;

/**
 * Results alone are exact: they count what helpers of the agent used, and cost. Between two of them the answers are added up, so that
 * what runs is seen; the next result takes the place of that sum. The total of a conversation that goes on includes what earlier
 * sessions paid for, so what is counted is always what came since the last result.
 */
export function createSpending({ isGoingOn }: { isGoingOn: boolean }): Spending {
  let settled: Tokens = none;
  let costUsd: number | null = null;
  let lastTotalUsd: number | null = isGoingOn ? null : 0;
  let running = new Map<string, Tokens>();
  const spent = (): Spent => ({ ...[...running.values()].reduce(add, settled), costUsd });

  return {
    onAnswer({ message }) {
      if (!message?.id || !message.usage) return null;
      const before = running.get(message.id);
      const tokens = tokensOf(message.usage);
      if (before && JSON.stringify(before) === JSON.stringify(tokens)) return null;
      running.set(message.id, tokens);
      return spent();
    },
    onResult(result) {
      const models = result.model_usage_since_last_result && Object.values(result.model_usage_since_last_result);
      settled = models ? models.map(modelTokens).reduce(add, settled) : add(settled, tokensOf(result.usage ?? {}));
      const own = models ? costOf(models) : costSince(lastTotalUsd, result.total_cost_usd);
      costUsd = own === null ? costUsd : (costUsd ?? 0) + own;
      lastTotalUsd = result.total_cost_usd ?? lastTotalUsd;
      running = new Map();
      return spent();
    },
  };
}

const add = (a: Tokens, b: Tokens): Tokens => ({
  inputTokens: a.inputTokens + b.inputTokens,
  outputTokens: a.outputTokens + b.outputTokens,
  cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
  cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
});

const tokensOf = (usage: Usage): Tokens => ({
  inputTokens: usage.input_tokens ?? 0,
  outputTokens: usage.output_tokens ?? 0,
  cacheReadTokens: usage.cache_read_input_tokens ?? 0,
  cacheWriteTokens: usage.cache_creation_input_tokens ?? 0,
});

const modelTokens = (usage: ModelUsage): Tokens => ({
  inputTokens: usage.inputTokens ?? 0,
  outputTokens: usage.outputTokens ?? 0,
  cacheReadTokens: usage.cacheReadInputTokens ?? 0,
  cacheWriteTokens: usage.cacheCreationInputTokens ?? 0,
});

const costOf = (models: readonly ModelUsage[]): number | null =>
  models.some(({ costUSD }) => costUSD === undefined)
    ? null
    : models.reduce((sum, { costUSD = 0 }) => sum + costUSD, 0);

/** Of a conversation that goes on it is not known what was paid before. */
const costSince = (before: number | null, total: number | undefined): number | null =>
  before === null || total === undefined ? null : total - before;
