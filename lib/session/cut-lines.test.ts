import { array, assert, constantFrom, integer, property, record } from "fast-check";
import { expect, it } from "vitest";
import { cutLines } from "@/lib/session/cut-lines.ts";
import { lineCutNotice, wholeCharacters } from "@/lib/session/log-text.ts";

const lots = Number.MAX_SAFE_INTEGER;

/** Fed in chunks as a reader of a file does: each begins with a character. */
function feed(text: string, { lineMaxBytes, chunkBytes }: { lineMaxBytes: number; chunkBytes: number }) {
  const bytes = Buffer.from(text);
  let [stored, lineBytes, dropped] = [Buffer.alloc(0), 0, 0];
  for (let at = 0; at < bytes.length; ) {
    const chunk = bytes.subarray(at, at + chunkBytes);
    const whole = at + chunkBytes < bytes.length ? chunk.subarray(0, wholeCharacters(chunk)) : chunk;
    const cut = cutLines(whole, { lineBytes, lineMaxBytes, roomBytes: lots });
    expect(cut.consumedBytes).toBe(whole.length);
    stored = Buffer.concat([stored, cut.stored]);
    dropped += cut.droppedBytes;
    lineBytes = cut.lineBytes;
    at += whole.length;
  }
  if (lineBytes > lineMaxBytes) stored = Buffer.concat([stored, lineCutNotice(lineBytes - lineMaxBytes)]);
  return { text: stored.toString(), dropped };
}

/** The same said plainly, with the whole text at hand. */
function cutPlainly(text: string, lineMaxBytes: number): { text: string; dropped: number } {
  let dropped = 0;
  const parts = text.split(/([\r\n])/).map((line) => {
    const bytes = Buffer.from(line);
    if (bytes.length <= lineMaxBytes) return line;
    const kept = bytes.subarray(0, wholeCharacters(bytes.subarray(0, lineMaxBytes)));
    dropped += bytes.length - kept.length;
    return kept.toString() + lineCutNotice(bytes.length - kept.length).toString();
  });
  return { text: parts.join(""), dropped };
}

it("cuts lines the same wherever the chunks end, never inside a character, and counts what is left out", () => {
  const text = array(constantFrom("a", "bc", "ä", "€", "😀", "\n", "\r", "\r\n", "x".repeat(17), "ü".repeat(9))).map(
    (parts) => parts.join(""),
  );
  const sizes = record({ lineMaxBytes: integer({ min: 1, max: 24 }), chunkBytes: integer({ min: 4, max: 40 }) });
  assert(
    property(text, sizes, (given, { lineMaxBytes, chunkBytes }) => {
      expect(feed(given, { lineMaxBytes, chunkBytes })).toEqual(cutPlainly(given, lineMaxBytes));
    }),
    { numRuns: 2000 },
  );
});

it("stops before a character there is no room for, and goes on there", () => {
  const bytes = Buffer.from("one €uro\n");
  const first = cutLines(bytes, { lineBytes: 0, lineMaxBytes: 100, roomBytes: 5 });
  expect([first.stored.toString(), first.consumedBytes, first.lineBytes]).toEqual(["one ", 4, 4]);
  const rest = cutLines(bytes.subarray(4), { lineBytes: 4, lineMaxBytes: 100, roomBytes: 100 });
  expect([rest.stored.toString(), rest.lineBytes]).toEqual(["€uro\n", 0]);
});

it("passes over the rest of a long line without room for anything, up to its end", () => {
  const cut = cutLines(Buffer.from("xxxxxx\nnext\n"), { lineBytes: 20, lineMaxBytes: 10, roomBytes: 0 });
  expect(cut.consumedBytes).toBe(6);
  expect(cut.droppedBytes).toBe(6);
  expect(cut.lineBytes).toBe(0);
  expect(cut.stored.toString()).toContain("16 B of this line were left out");
});

it("is quick on one endless line and on very many short ones", () => {
  const began = performance.now();
  const long = Buffer.alloc(1024 * 1024, "x");
  for (let n = 0, lineBytes = 0; n < 100; n++)
    ({ lineBytes } = cutLines(long, { lineBytes, lineMaxBytes: 65_536, roomBytes: lots }));
  const short = Buffer.from("line\n".repeat(200_000));
  for (let n = 0; n < 10; n++) cutLines(short, { lineBytes: 0, lineMaxBytes: 65_536, roomBytes: lots });
  const over = Buffer.from(`${"y".repeat(1100)}\n`.repeat(1000));
  for (let n = 0; n < 10; n++) cutLines(over, { lineBytes: 0, lineMaxBytes: 1024, roomBytes: lots });
  expect(performance.now() - began).toBeLessThan(2_000);
});
