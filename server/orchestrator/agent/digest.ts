import type { AgentEvent } from "@/lib/agent/events.ts";
import { liveLineOf } from "@/lib/agent/live-line.ts";
import type { AgentFacts } from "@/lib/session/record-agent.ts";

/** What an agent asks and nobody has been told of yet. */
export interface Ask {
  askedAs: string;
  tool: string;
  input: string;
}

/** What an agent said of a person's words. */
export interface Took {
  promptId: string;
  refusal: string | null;
}

/** What an agent's events come to, until it is in the database. However often they are read, they come to the same. */
export interface Digest {
  facts: AgentFacts;
  asks: Map<string, Ask>;
  receipts: Took[];
}

export const emptyDigest = (): Digest => ({ facts: {}, asks: new Map(), receipts: [] });

/** Takes an event in. */
export function digest({ facts, asks, receipts }: Digest, event: AgentEvent): void {
  const line = liveLineOf(event);
  if (line !== null) facts.liveLine = line;
  switch (event.kind) {
    case "started":
      facts.agentVersion = event.version;
      facts.model = event.model;
      facts.conversationId = event.conversationId;
      return;
    case "spent": {
      const { kind: _, at: __, ...spent } = event;
      facts.spent = spent;
      return;
    }
    case "asked":
      asks.set(event.askedAs, { askedAs: event.askedAs, tool: event.tool, input: event.input });
      return;
    case "answered":
      // Nobody needs to be asked any more: it was answered before anybody was told.
      asks.delete(event.askedAs);
      return;
    case "prompted":
      if (event.promptId !== null) receipts.push({ promptId: event.promptId, refusal: null });
      return;
    case "promptRefused":
      receipts.push({ promptId: event.promptId, refusal: event.reason });
  }
}

export const hasFacts = ({ facts }: Digest): boolean => Object.keys(facts).length > 0;
export const hasNews = ({ asks, receipts }: Digest): boolean => asks.size > 0 || receipts.length > 0;
