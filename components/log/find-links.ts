export interface TextPart {
  text: string;
  /** Where it begins. */
  at: number;
  /** Set when the text is an address. */
  href?: string;
}

const address = /\bhttps?:\/\/[^\s<>"'`\\^{|}]+/g;

/** Splits text at web addresses. Punctuation at their end belongs to the sentence. */
export function findLinks(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let last = 0;
  for (const match of text.matchAll(address)) {
    const href = match[0].replace(/[.,;:!?)\]]+$/, "");
    if (match.index > last) parts.push({ text: text.slice(last, match.index), at: last });
    parts.push({ text: href, at: match.index, href });
    last = match.index + href.length;
  }
  if (last < text.length) parts.push({ text: text.slice(last), at: last });
  return parts;
}
