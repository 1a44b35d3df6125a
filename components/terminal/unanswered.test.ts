import { Terminal } from "@xterm/headless";
import { expect, test } from "vitest";
import { leaveUnanswered } from "@/components/terminal/unanswered.ts";

const questions = {
  "what it is": "\x1b[c\x1b[>c",
  "how it is and where its cursor stands": "\x1b[5n\x1b[6n\x1b[?6n",
  "a mode": "\x1b[4$p\x1b[?2004$p",
  "a setting": "\x1bP$qm\x1b\\",
  "a colour": "\x1b]10;?\x07\x1b]11;?\x1b\\\x1b]12;?\x07\x1b]4;1;?\x07",
};

async function answersTo(output: string, prepare: (terminal: Terminal) => void): Promise<string> {
  const terminal = new Terminal({ allowProposedApi: true });
  prepare(terminal);
  let answers = "";
  terminal.onData((data) => {
    answers += data;
  });
  await new Promise<void>((done) => terminal.write(output, done));
  return answers;
}

test.each(Object.entries(questions))("asked %s, a terminal types no answer", async (_, output) => {
  expect(await answersTo(output, ({ parser }) => leaveUnanswered(parser))).toBe("");
});

test("without it, a terminal answers", async () => {
  expect(await answersTo(questions["what it is"], () => {})).toContain("\x1b[>0;276;0c");
});

test("what is printed, and what sets a colour, is taken as before", async () => {
  const terminal = new Terminal({ allowProposedApi: true });
  leaveUnanswered(terminal.parser);
  await new Promise<void>((done) => terminal.write("\x1b[c\x1b]11;#102030\x07\x1b[31mred\x1b[0m", done));
  expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe("red");
});
