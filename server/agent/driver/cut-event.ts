import type { AgentEvent } from "@/lib/agent/events.ts";
import { sizeText } from "../../../lib/size-text.ts";

/** Well below config lineMaxBytes (64 KiB): a line that the log cuts is no event any more. */
export const eventMaxBytes = 48 * 1024;

const shortestText = 64;

/** The same event with its long texts cut, and each says so, until its line fits; the longest texts lose first. */
export function cutEvent<Event extends AgentEvent>(event: Event): Event {
  const clean = mapTexts(event, withoutNul);
  if (lineBytes(clean) <= eventMaxBytes) return clean;
  const shortest = mapTexts(clean, (text) => cutText(text, shortestText));
  const lean = lineBytes(shortest) <= eventMaxBytes ? clean : withoutLists(clean);
  for (let limit = eventMaxBytes; limit > shortestText; limit /= 2) {
    const cut = mapTexts(lean, (text) => cutText(text, limit));
    if (lineBytes(cut) <= eventMaxBytes) return cut;
  }
  return mapTexts(lean, (text) => cutText(text, shortestText));
}

const lineBytes = (event: AgentEvent): number => Buffer.byteLength(JSON.stringify(event)) + 1;

/** The beginning stays, and a little of the end: of a command's output that is where it says how it went. */
function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const tail = Math.floor(limit / 4);
  const head = limit - tail;
  const middle = text.slice(head, text.length - tail);
  const notice = ` … ${sizeText(Buffer.byteLength(middle))} left out … `;
  return wellFormed(`${text.slice(0, head)}${notice}${text.slice(text.length - tail)}`);
}

/** PostgreSQL takes no NUL, JSON no half of a character. */
const withoutNul = (text: string): string => wellFormed(text.replaceAll("\0", "\uFFFD"));
const wellFormed = (text: string): string => Buffer.from(text, "utf8").toString("utf8");

/** Where even short texts are too much there are too many of them. */
function withoutLists<Event extends AgentEvent>(event: Event): Event {
  if (event.kind === "toolEnded") {
    const notice = `… ${event.changes.length} changed files are left out …\n`;
    return { ...event, changes: [], output: `${notice}${event.output}` };
  }
  return event.kind === "started" ? { ...event, mcpServers: event.mcpServers.slice(0, 100) } : event;
}

function mapTexts<Value>(value: Value, change: (text: string) => string): Value {
  if (typeof value === "string") return change(value) as Value;
  if (Array.isArray(value)) return value.map((one) => mapTexts(one, change)) as Value;
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, mapTexts(one, change)])) as Value;
}
