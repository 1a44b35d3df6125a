import { cutText } from "@/lib/cut-text.ts";

/** What a document is told of a task that came of it. */
export interface ResultFacts {
  /** DEMO-12 */
  key: string;
  title: string;
  /** A status in words. */
  status: string;
  at: Date;
  branch: string | null;
  commit: string | null;
  /** Its words: the result, or why there is none. */
  text: string;
}

const textMax = 4096;

/** The document with the section of a task in it: in the place of an earlier one, else at its end. Nothing else is touched. */
export function withResult(document: string, facts: ResultFacts): string {
  const lineEnd = document.includes("\r\n") ? "\r\n" : "\n";
  const [begin, end] = [`<!-- runboard ${facts.key} -->`, `<!-- /runboard ${facts.key} -->`];
  const section = [begin, "", ...wordsOf(facts), "", end].join(lineEnd);
  const from = document.indexOf(begin);
  const to = from < 0 ? -1 : document.indexOf(end, from);
  if (to >= 0) return document.slice(0, from) + section + document.slice(to + end.length);
  const gap =
    document === "" ? "" : /\n\r?\n$/.test(document) ? "" : document.endsWith("\n") ? lineEnd : lineEnd + lineEnd;
  return `${document}${gap}${section}${lineEnd}`;
}

function wordsOf({ key, title, status, at, branch, commit, text }: ResultFacts): string[] {
  const where = branch === null ? "" : `On \`${branch}\`${commit === null ? "" : ` at ${commit.slice(0, 12)}`}.`;
  const head =
    `**${key}** ${title} is ${status}, ${at.toISOString().slice(0, 16).replace("T", " ")} UTC. ${where}`.trim();
  const quoted = cutText(harmless(text), textMax).trim();
  return [head, ...(quoted === "" ? [] : ["", ...quoted.split("\n").map((line) => `> ${line}`.trimEnd())])].map(
    (line, index) => (index === 0 ? harmless(line) : line),
  );
}

/** No signs to a terminal, and nothing that reads like one of our marks. */
const harmless = (text: string): string =>
  text
    .replaceAll("\r\n", "\n")
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
    .replaceAll(/\x1b\[[0-9;?]*[ -/]*[@-~]|[\0-\x08\x0b-\x1f\x7f]/g, "")
    .replaceAll("<!--", "<! --");
