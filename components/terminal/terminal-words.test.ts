import { expect, test } from "vitest";
import { terminalWords, viewerWords } from "@/components/terminal/terminal-words.ts";
import type { TerminalStatus } from "@/lib/client/terminal-line.ts";

const view = { sessionId: "s", columns: 80, rows: 24, typist: null, canType: false, viewers: 1 };
const status = (more: Partial<TerminalStatus>): TerminalStatus => ({ phase: "open", message: null, view, ...more });

test("a terminal says whether one may type there, and who else does", () => {
  expect(terminalWords(status({}))).toBe("Read only. Nobody is typing from a browser.");
  expect(terminalWords(status({ view: { ...view, typist: "Ada" } }))).toBe("Read only. Ada is typing elsewhere.");
  expect(terminalWords(status({ view: { ...view, typist: "Ada", canType: true } }))).toBe(
    "Interactive: you are typing.",
  );
});

test("a terminal that is not shown says why, and what happens next", () => {
  expect(terminalWords(status({ phase: "opening", view: null }))).toBe("Opening the terminal.");
  expect(terminalWords(status({ phase: "opening", view: null, message: "It does not answer." }))).toBe(
    "Waiting for the terminal. It does not answer.",
  );
  expect(terminalWords(status({ phase: "reconnecting" }))).toBe("Connection lost. It is opened again by itself.");
  expect(terminalWords(status({ phase: "ended" }))).toBe("The terminal has ended.");
  expect(terminalWords(status({ phase: "refused", message: "Not here." }))).toBe("Not here.");
});

test("viewers are counted from two on", () => {
  expect(viewerWords(status({}))).toBeNull();
  expect(viewerWords(status({ view: { ...view, viewers: 3 } }))).toBe("3 viewers");
  expect(viewerWords(status({ view: null }))).toBeNull();
});
