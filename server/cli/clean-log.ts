/**
 * The output of a session on the way to a terminal: text and colour go through, chunk by chunk, a sequence may be cut anywhere.
 * Cursor moves, titles, links, clipboard, bells, hidden and blinking text and signs that turn the direction of text are dropped.
 * `\r` stays: progress lines are made of it.
 */
export interface LogCleaner {
  feed(chunk: string): string;
  /** What takes the colour of the last line away; empty where there was none. */
  end(): string;
}

const longestSequence = 4096;
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const special = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\p{Bidi_Control}\ufeff]/u;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const color = /^\u001b\[([\d;:]*)m/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const control = /^(?:\u001b\[|\u009b)[0-?]*[ -/]*[@-~]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const openControl = /^(?:\u001b|(?:\u001b\[|\u009b)[0-?]*[ -/]*)$/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const words = /^(?:\u001b[\]PX^_]|[\u0090\u0098\u009d-\u009f])/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const wordsEnd = /\u0007|\u001b\\|\u009c|(?=\n)/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: see above
const short = /^\u001b[ -/]*[0-~]/;

export function createLogCleaner(): LogCleaner {
  let held = "";
  let isColored = false;

  /** What the sequence at the beginning becomes and how long it is; null: it is not whole yet. */
  function take(text: string): [string, number] | null {
    const [sequence, parameters] = color.exec(text) ?? [];
    if (sequence !== undefined && isSeen(parameters!)) {
      isColored = !/^0*$/.test(parameters!);
      return [sequence, sequence.length];
    }
    const dropped = control.exec(text)?.[0];
    if (dropped !== undefined) return ["", dropped.length];
    const mayGoOn = text.length < longestSequence;
    if (mayGoOn && openControl.test(text)) return null;
    const start = words.exec(text)?.[0];
    if (start !== undefined) {
      const end = wordsEnd.exec(text.slice(start.length));
      if (end !== null) return ["", start.length + end.index + end[0].length];
      return mayGoOn ? null : ["", start.length];
    }
    return ["", short.exec(text)?.[0].length ?? 1];
  }

  return {
    feed(chunk) {
      let text = held + chunk;
      let clean = "";
      held = "";
      for (;;) {
        const at = text.search(special);
        if (at === -1) return clean + text;
        clean += text.slice(0, at);
        text = text.slice(at);
        const taken = take(text);
        if (taken === null) {
          held = text;
          return clean;
        }
        clean += taken[0];
        text = text.slice(taken[1]);
      }
    },
    end: () => (isColored ? "\u001b[0m" : ""),
  };
}

/** Neither hidden nor blinking; the numbers of an extended colour are no styles. */
const isSeen = (parameters: string): boolean =>
  !parameters
    .replace(/[34]8[;:](?:5[;:]\d*|2(?:[;:]\d*){3,4})/g, "")
    .split(/[;:]/)
    .some((style) => /^0*[568]$/.test(style));
