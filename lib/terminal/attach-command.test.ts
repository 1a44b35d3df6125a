import { expect, test } from "vitest";
import { attachCommand } from "./attach-command.ts";

test("the command names the socket, as a shell reads it", () => {
  expect(attachCommand("/var/lib/runboard/sessions/a-1/terminal/tty")).toBe(
    "tmux -S /var/lib/runboard/sessions/a-1/terminal/tty attach",
  );
  expect(attachCommand("/home/o'brien/my boards/tty")).toBe(`tmux -S '/home/o'\\''brien/my boards/tty' attach`);
});

test("a socket whose path is too long for a socket is reached from beside it", () => {
  const deep = `/${"d".repeat(120)}`;
  expect(attachCommand(`${deep}/tty`)).toBe(`(cd ${deep} && tmux -S tty attach)`);
});
