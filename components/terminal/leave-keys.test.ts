import { expect, test } from "vitest";
import { leadsOut } from "@/components/terminal/leave-keys.ts";

const press = (key: string, held: { shiftKey?: boolean; ctrlKey?: boolean; altKey?: boolean } = {}, type = "keydown") =>
  leadsOut({ type, key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...held });

test("two keys lead out of a terminal, one of them where Windows has the other", () => {
  expect(press("F6", { shiftKey: true })).toBe(true);
  expect(press("Escape", { shiftKey: true, ctrlKey: true })).toBe(true);
});

test("what programs want is left to them", () => {
  expect(press("F6")).toBe(false);
  expect(press("Escape")).toBe(false);
  expect(press("Escape", { shiftKey: true })).toBe(false);
  expect(press("F6", { shiftKey: true, altKey: true })).toBe(false);
  expect(press("F6", { shiftKey: true }, "keyup")).toBe(false);
});
