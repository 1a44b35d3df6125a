/** A file as what stands before the front matter, the front matter (null: there is none) and the body. Its line ends are \n. */
export function cut(text: string): { prefix: string; frontText: string | null; body: string } {
  const match = /^(\uFEFF?\s*)---[^\S\n]*\n([\s\S]*?)(?:(?<=\n)|^)---[^\S\n]*(?:\n|$)/.exec(text);
  if (match === null) return { prefix: "", frontText: null, body: text.replace(/^\uFEFF/, "") };
  return { prefix: match[1]!, frontText: match[2]!, body: text.slice(match[0].length) };
}
