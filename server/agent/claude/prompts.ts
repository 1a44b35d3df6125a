import { randomUUID } from "node:crypto";
import type { AgentLink } from "../port.ts";
import { type Line, promptLine } from "./dialect.ts";

interface Sent {
  /** Null: the brief. */
  promptId: string | null;
  text: string;
}

/** What was said to the program, until it has taken it: each prompt goes out under a name of ours, and its echo is the receipt. */
export interface Prompts {
  send(prompt: Sent): void;
  onLifecycle(line: Line): void;
  onEcho(line: Line): void;
  /** Whether something was sent that it has not taken yet. */
  areWaiting(): boolean;
  /** No more are taken, and those it was given and has not taken are said to be lost. */
  close(): void;
}

export function createPrompts({ write, emit }: { write(line: object): void; emit: AgentLink["emit"] }): Prompts {
  const sent = new Map<string, Sent>();
  let isClosed = false;
  const refuse = ({ promptId }: Sent) => {
    const reason = "The agent's work had ended before it took this.";
    if (promptId !== null) emit({ kind: "promptRefused", promptId, reason });
  };
  return {
    send(prompt) {
      if (isClosed) return refuse(prompt);
      // Never the same name twice: in a conversation that goes on the program passes over what it has seen.
      const uuid = randomUUID();
      sent.set(uuid, prompt);
      write(promptLine(uuid, prompt.text));
    },
    // It has a prompt and takes it when it can: until then that is all there is to see of it.
    onLifecycle({ command_uuid: uuid = "", state }) {
      if (state !== "queued" || (sent.get(uuid)?.promptId ?? null) === null) return;
      const text = "The prompt has reached the agent, which takes it at its next turn.";
      emit({ kind: "notice", level: "info", text });
    },
    onEcho({ uuid = "" }) {
      const prompt = sent.get(uuid);
      if (prompt === undefined) return;
      sent.delete(uuid);
      emit({ kind: "prompted", promptId: prompt.promptId, text: prompt.text });
    },
    areWaiting: () => sent.size > 0,
    close() {
      isClosed = true;
      for (const prompt of sent.values()) refuse(prompt);
      sent.clear();
    },
  };
}
