import type { InboxMessage } from "@/lib/agent/events.ts";
import type { AgentLink } from "../port.ts";
import { type Line, permissionLine } from "./dialect.ts";

export interface Questions {
  onRequest(line: Line): void;
  /** It does not ask any more. */
  onCancel(line: Line): void;
  onAnswer(answer: Extract<InboxMessage, { kind: "answer" }>): void;
}

/** What the program asks before it does something: it waits for the answer, however long that takes. */
export function createQuestions({ write, emit }: { write(line: object): void; emit: AgentLink["emit"] }): Questions {
  const inputs = new Map<string, unknown>();
  return {
    onRequest({ request_id: askedAs = "", request }) {
      if (request?.subtype !== "can_use_tool") return;
      const { tool_name: tool = "", input = {} } = request;
      inputs.set(askedAs, input);
      emit({ kind: "asked", askedAs, tool, input: JSON.stringify(input) });
    },
    onCancel: ({ request_id: askedAs = "" }) => void inputs.delete(askedAs),
    onAnswer({ askedAs, decision, message, by }) {
      if (!inputs.has(askedAs)) {
        return emit({ kind: "notice", level: "warning", text: "An answer came to what is not asked any more." });
      }
      const allowed = { behavior: "allow", updatedInput: inputs.get(askedAs) };
      inputs.delete(askedAs);
      write(
        permissionLine(askedAs, decision === "allow" ? allowed : { behavior: "deny", message: message ?? "Refused." }),
      );
      emit({ kind: "answered", askedAs, decision, by });
    },
  };
}
