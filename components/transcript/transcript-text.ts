import { lineText } from "@/components/log/log-line.ts";
import { styledLines } from "@/components/transcript/plain-text.ts";
import type { ToolItem, TranscriptItem } from "@/components/transcript/transcript-item.ts";

/** The whole transcript as Markdown, for the clipboard and a file. Of what is coloured and styled only the text. */
export const transcriptText = (items: readonly TranscriptItem[]): string =>
  items.map((item) => `${textOf(item)}\n`).join("\n");

function textOf(item: TranscriptItem): string {
  switch (item.kind) {
    case "started":
      return `**${[item.agent, item.version, item.model].filter(Boolean).join(" ")}** started, ${item.at}`;
    case "prompted":
      return `**${item.promptId === null ? "The agent was told" : "A person said"}**, ${item.at}\n\n${quoted(item.text)}`;
    case "promptRefused":
      return `**Not taken:** ${item.reason}`;
    case "text":
      return item.role === "thinking" ? `*Thinking*\n\n${quoted(item.text)}` : plain(item.text);
    case "tool":
      return toolText(item);
    case "question":
      return `**May it use ${item.tool}?** ${item.answer ? `${item.answer.decision}, by ${item.answer.by}` : "not answered"}\n\n${fenced(item.input)}`;
    case "ended":
      return [`**Ended: ${item.reason}.** ${plain(item.message)}`, item.result ?? ""].filter(Boolean).join("\n\n");
    default:
      return plain(item.text);
  }
}

function toolText({ title, tool, input, output, isError, endedAt, changes }: ToolItem): string {
  const state = endedAt === null ? ", not ended" : isError ? ", failed" : "";
  const parts = [fenced(input), ...changes.map(({ path, after }) => `\`${path}\`\n\n${fenced(after)}`), fenced(output)];
  return [`**${plain(title) || tool}**${state}`, ...parts.filter(Boolean)].join("\n\n");
}

const plain = (text: string): string => styledLines(text).map(lineText).join("\n");
const quoted = (text: string): string => plain(text).replaceAll(/^/gm, "> ");

/** Longer than any run of backticks in it. */
function fenced(text: string): string {
  const inside = plain(text);
  if (inside.trim() === "") return "";
  const longest = Math.max(2, ...[...inside.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}\n${inside}\n${fence}`;
}
