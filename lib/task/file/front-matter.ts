import {
  type Document,
  isMap,
  isScalar,
  isSeq,
  type Pair,
  parseDocument,
  type Scalar,
  stringify,
  type YAMLMap,
} from "yaml";

/** Front matter as it was written, with what it says. Nothing is changed but the values that are set. */
export interface FrontMatter {
  text: string;
  pairs: Pair<Scalar, unknown>[];
}

/** Or what is wrong with it. Scalars stay as they were typed: 1.0 is a title, too. */
export function readFrontMatter(text: string): FrontMatter | string {
  try {
    const document: Document = parseDocument(text, { schema: "failsafe", uniqueKeys: true });
    const [problem] = document.errors;
    if (problem) return `the front matter cannot be read: ${problem.message.split("\n")[0]}`;
    const contents = document.contents as unknown;
    if (contents === null || (isScalar(contents) && String(contents.value ?? "").trim() === ""))
      return { text, pairs: [] };
    if (!isMap(contents) || contents.flow) return "the front matter is no list of names and values, one a line.";
    const { items } = contents as YAMLMap<Scalar, unknown>;
    if (!items.every(({ key }) => isScalar(key))) return "a name in the front matter is no word.";
    return { text, pairs: items };
  } catch {
    return "the front matter cannot be read.";
  }
}

/** A value as text, a list of texts, null where nothing is said, or undefined: nothing we can read. */
export function valueIn({ value }: Pair<Scalar, unknown>): string | string[] | null | undefined {
  if (value === null || value === undefined) return null;
  if (isScalar(value)) return textOf(value);
  if (!isSeq(value) || !value.items.every((one) => isScalar(one))) return undefined;
  return value.items.flatMap((one) => textOf(one as Scalar) ?? []);
}

function textOf({ value, type }: Scalar): string | null {
  // What an escape in quotes may say and no column can hold.
  const text = Buffer.from(String(value ?? ""))
    .toString()
    .replaceAll("\0", "\ufffd");
  return text === "" || (type === "PLAIN" && /^(null|~)$/i.test(text)) ? null : text;
}

/** What is put into front matter. */
export type Written = string | number | string[];

/** Sets the values of names; undefined takes a name out. A name that is not there comes last. */
export function editFrontMatter(
  { text, pairs }: FrontMatter,
  changes: ReadonlyMap<string, Written | undefined>,
): string {
  let edited = text;
  for (const pair of pairs.toReversed()) {
    const name = String(pair.key.value);
    if (changes.has(name)) edited = editPair(edited, pair, changes.get(name));
  }
  const known = new Set(pairs.map(({ key }) => String(key.value)));
  for (const [name, value] of changes) {
    if (known.has(name) || value === undefined) continue;
    edited = `${edited}${edited === "" || edited.endsWith("\n") ? "" : "\n"}${name}: ${written(value)}\n`;
  }
  return edited;
}

function editPair(text: string, pair: Pair<Scalar, unknown>, value: Written | undefined): string {
  const start = pair.key.range![0];
  const colon = text.indexOf(":", pair.key.range![1]) + 1;
  const range = (pair.value as { range?: [number, number, number] } | null)?.range;
  const end = range ? Math.max(range[1], colon) : colon;
  if (value === undefined) {
    const line = text[end - 1] === "\n" ? end : text.indexOf("\n", end) + 1 || text.length;
    return text.slice(0, start) + text.slice(line);
  }
  const lines = Array.isArray(value) ? editLines(text, pair, value) : null;
  if (lines !== null) return lines;
  const isWhole = text[end - 1] === "\n";
  return `${text.slice(0, colon)} ${written(value)}${isWhole ? "\n" : ""}${text.slice(end)}`;
}

/** A list with an entry a line keeps its lines, and what is said beside them; null: it is none. */
function editLines(text: string, { value }: Pair<Scalar, unknown>, wanted: readonly string[]): string | null {
  if (!isSeq(value) || value.flow || value.items.length === 0) return null;
  const entries = value.items.map((one) => {
    const [from, to] = (one as Scalar).range!;
    const lineStart = text.lastIndexOf("\n", from - 1) + 1;
    return {
      value: textOf(one as Scalar) ?? "",
      from,
      to,
      lineStart,
      lineEnd: text.indexOf("\n", to) + 1 || text.length,
    };
  });
  if (entries.some(({ from, to }) => text.slice(from, to).includes("\n"))) return null;
  if (!entries.some(({ value: known }) => wanted.includes(known))) return null;
  const last = entries.at(-1)!;
  const indent = /^(\s*-\s+)/.exec(text.slice(last.lineStart, last.from))?.[1];
  if (indent === undefined) return null;
  const known = new Set(entries.map((entry) => entry.value));
  const added = wanted.filter((one) => !known.has(one)).map((one) => `${indent}${written(one)}\n`);
  const gap = added.length > 0 && text[last.lineEnd - 1] !== "\n" ? "\n" : "";
  let edited = text.slice(0, last.lineEnd) + gap + added.join("") + text.slice(last.lineEnd);
  for (const entry of entries.toReversed())
    if (!wanted.includes(entry.value)) edited = edited.slice(0, entry.lineStart) + edited.slice(entry.lineEnd);
  return edited;
}

/** One line, whatever is in it. */
const written = (value: Written): string =>
  stringify(value, {
    lineWidth: 0,
    blockQuote: false,
    collectionStyle: "flow",
    flowCollectionPadding: false,
  }).trimEnd();
