/** Text without the blank lines around it, and with one kind of line end: what two texts are compared as. */
export const tidy = (text: string): string =>
  text
    .replaceAll("\r\n", "\n")
    .replace(/^(?:[^\S\n]*\n)+/, "")
    .trimEnd();
