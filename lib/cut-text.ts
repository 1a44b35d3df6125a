/** The beginning of a text, at most so many UTF-16 units: never half a character, which no column of JSON takes. */
export function cutText(text: string, max: number): string {
  if (text.length <= max) return text;
  return text.slice(0, max).replace(/[\ud800-\udbff]$/, "");
}
