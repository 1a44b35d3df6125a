import { stripVTControlCharacters } from "node:util";

// What others wrote (titles, chats, events, errors) goes to a terminal, which obeys some of it: it may not move the cursor, set a
// title, write the clipboard or turn the direction of text around. The log of a session has a cleaner of its own (clean-log).

const directions = /[\p{Bidi_Control}\ufeff\u2028\u2029]/gu;

/** One line: whatever breaks or moves a line has become a space. */
export const cleanLine = (text: string): string => clean(text.replace(/\s+/g, " ")).trim();

/** Several lines: line ends and tabs stay. */
export const cleanLines = (text: string): string =>
  text
    .split(/\r\n|[\r\n]/)
    .map((line) => clean(line))
    .join("\n");

const clean = (text: string): string =>
  stripVTControlCharacters(text)
    .replace(directions, "")
    .replace(/(?!\t)\p{Cc}/gu, "");
