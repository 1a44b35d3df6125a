import type { InboxMessage } from "@/lib/agent/events.ts";
import type { AgentLink } from "../port.ts";

type Prompt = Extract<InboxMessage, { kind: "prompt" }>;

/**
 * What people say while a turn is under way. The protocol has no word for it: it waits for the turn's end and begins the next one. What
 * an agent would do with a second prompt in the middle of a turn is its own affair, and who sends one cannot tell what has become of it.
 */
export interface PromptQueue {
  add(prompt: Prompt): void;
  next(): Prompt | null;
  /** What waits now, and what is added later. */
  refuse(reason: string): void;
}

export function createPromptQueue(emit: AgentLink["emit"]): PromptQueue {
  let waiting: Prompt[] = [];
  let closedBecause: string | null = null;
  const refuseOne = ({ promptId }: Prompt, reason: string) => emit({ kind: "promptRefused", promptId, reason });
  return {
    add(prompt) {
      if (closedBecause !== null) return void refuseOne(prompt, closedBecause);
      waiting.push(prompt);
      emit({ kind: "notice", level: "info", text: "The prompt waits for the agent's turn to end." });
    },
    next: () => waiting.shift() ?? null,
    refuse(reason) {
      closedBecause = reason;
      for (const prompt of waiting) refuseOne(prompt, reason);
      waiting = [];
    },
  };
}
