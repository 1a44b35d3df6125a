import type { AgentEvent } from "@/lib/agent/events.ts";

const maxLength = 200;

/** What an agent does at the moment, as one line for its card; null: the event changes nothing about that. */
export function liveLineOf(event: AgentEvent): string | null {
  const line = sayingOf(event);
  const plain = line?.replace(/[\s\p{Cc}]+/gu, " ").trim() ?? "";
  if (plain === "") return null;
  return plain.length <= maxLength ? plain : `${plain.slice(0, maxLength - 1)}…`;
}

function sayingOf(event: AgentEvent): string | null {
  switch (event.kind) {
    case "started":
      return `Started${event.model === null ? "" : ` with ${event.model}`}`;
    case "text":
      return event.role === "thinking" ? "Thinking…" : event.text;
    case "toolStarted":
      return event.title === "" ? event.tool : event.title;
    case "toolEnded":
      return event.isError ? `A tool failed: ${event.output}` : null;
    case "asked":
      return `Asks: may it use ${event.tool}?`;
    case "answered":
      return event.decision === "allow" ? "Was allowed; goes on" : "Was denied; goes on";
    case "notice":
      return event.level === "info" ? null : event.text;
    default:
      return null;
  }
}
