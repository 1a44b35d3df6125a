/** A command as one line for a POSIX shell, quoted only where needed: for reading and for pasting. */
export function commandLine(command: string, args: readonly string[] = []): string {
  return [command, ...args].map(quote).join(" ");
}

function quote(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** Splits a line into words as a POSIX shell would, without expanding anything. Null when a quote is left open. */
export function splitCommandLine(line: string): string[] | null {
  const words: string[] = [];
  let word: string | null = null;
  let quoteMark: '"' | "'" | null = null;
  for (let index = 0; index < line.length; index++) {
    const sign = line[index]!;
    if (quoteMark === "'") {
      if (sign === "'") quoteMark = null;
      else word += sign;
    } else if (sign === "\\" && (quoteMark === null || /["\\$`]/.test(line[index + 1] ?? ""))) {
      word = (word ?? "") + (line[++index] ?? "");
    } else if (quoteMark === '"') {
      if (sign === '"') quoteMark = null;
      else word += sign;
    } else if (sign === "'" || sign === '"') {
      quoteMark = sign;
      word ??= "";
    } else if (/\s/.test(sign)) {
      if (word !== null) words.push(word);
      word = null;
    } else word = (word ?? "") + sign;
  }
  if (quoteMark !== null) return null;
  if (word !== null) words.push(word);
  return words;
}
