import { cutText } from "@/lib/cut-text.ts";
import { type DocumentEvent, nameOf } from "@/lib/rule/event.ts";
import type { DocumentChange } from "@/lib/rule/schema.ts";
import { storableJson } from "@/lib/storable.ts";
import { titleOf } from "@/lib/task/file/body.ts";
import { readFrontMatter, valueIn } from "@/lib/task/file/front-matter.ts";

/** What a task is told of a document; more is for whoever opens it. */
const textMax = 32_768;

/** What happened to a document, from its text as it is now; null: it is gone. */
export function documentEvent(path: string, change: DocumentChange, text: string | null): DocumentEvent {
  const { front, body } = split(text ?? "");
  const heading = body
    .split("\n")
    .map((line) => titleOf(line.trimEnd()))
    .find((title) => title !== null);
  const title = front.title ?? heading ?? nameOf(path);
  return { source: "documents", path, change, title: cutText(title, 200), text: clip(body.trim()), front };
}

function split(text: string): { front: Record<string, string>; body: string } {
  const match = /^\uFEFF?\s*---[^\S\n]*\r?\n([\s\S]*?)^---[^\S\n]*\r?$/m.exec(text);
  const front = match === null || match.index > 0 ? null : readFrontMatter(match[1]!.replaceAll("\r\n", "\n"));
  if (front === null || typeof front === "string") return { front: {}, body: text.replace(/^\uFEFF/, "") };
  const fields = front.pairs.map((pair) => [String(pair.key.value), [valueIn(pair) ?? ""].flat().join(", ")]);
  // A name may say in quotes what no column can hold.
  return { front: Object.fromEntries(JSON.parse(storableJson(fields))), body: text.slice(match![0].length) };
}

function clip(text: string): string {
  if (text.length <= textMax) return text;
  return `${cutText(text, textMax)}\n… ${text.length - textMax} more characters`;
}
