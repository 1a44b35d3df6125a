import type { AgentEvent } from "@/lib/agent/events.ts";
import { cleanLine, cleanLines } from "./clean-text.ts";
import { type Color, paint, type Terminal } from "./terminal.ts";
import { clockTime } from "./time-text.ts";

/**
 * What an agent did, as people read it: its output is a line of JSON for each thing. A line that is none of these (an agent's stray
 * words) stays as it is. Feed it chunks, cut anywhere.
 */
export function createTranscript(terminal: Terminal): (chunk: string) => string {
  let held = "";
  return (chunk) => {
    const lines = (held + chunk).split("\n");
    held = lines.pop() ?? "";
    return lines.map((line) => textOf(line, terminal)).join("");
  };
}

function textOf(line: string, terminal: Terminal): string {
  const event = eventOf(line);
  if (event === null) return line === "" ? "" : `${cleanLine(line)}\n`;
  const [text, color] = wordsOf(event) ?? [];
  if (text === undefined) return "";
  const shown = cleanLines(text.trim());
  return `${paint(terminal, "gray", clockTime(event.at).slice(6))} ${color ? paint(terminal, color, shown) : shown}\n`;
}

/** null: nothing that a reader misses. */
function wordsOf(event: AgentEvent): [string, Color?] | null {
  switch (event.kind) {
    case "started":
      return [`${event.agent} ${event.version ?? ""} ${event.model ?? ""}`.trim(), "gray"];
    case "prompted":
      return [`> ${event.text}`, "cyan"];
    case "promptRefused":
      return [`It did not take what was said: ${event.reason}`, "yellow"];
    case "text":
      return [event.text, event.role === "thinking" ? "gray" : undefined];
    case "toolStarted":
      return [`* ${event.title || event.tool}`, "magenta"];
    case "toolEnded":
      return event.isError ? [`A tool failed: ${event.output}`, "red"] : null;
    case "asked":
      return [`It asks: may it use ${event.tool}? ${event.input}`, "yellow"];
    case "answered":
      return [
        `${event.decision === "allow" ? "It may" : "It may not"}, says ${event.by === "person" ? "a person" : "policy"}.`,
        "yellow",
      ];
    case "notice":
      return [event.text, event.level === "info" ? "gray" : "yellow"];
    case "ended":
      return [`${event.reason}: ${event.message}`, event.reason === "DONE" ? "green" : "red"];
    default:
      return null;
  }
}

/** Its form was checked by who wrote it; here the schema library would cost more than the command. */
function eventOf(line: string): AgentEvent | null {
  try {
    const event = JSON.parse(line) as AgentEvent | null;
    return typeof event?.kind === "string" && typeof event.at === "string" ? event : null;
  } catch {
    return null;
  }
}
