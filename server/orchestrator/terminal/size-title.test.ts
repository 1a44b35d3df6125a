import { expect, test } from "vitest";
import { createSizeReader } from "./size-title.ts";

const title = (size: string) => `\u001b]0;Runboard ${size}\u0007`;

test("a client hears of the size in its title, the last one counts, also in parts", () => {
  const read = createSizeReader();
  expect(read("nothing")).toBeNull();
  expect(read(`a${title("80x24")}b${title("100x30")}c`)).toEqual({ columns: 100, rows: 30 });
  expect(read("still nothing")).toBeNull();
  const whole = title("132x50");
  expect(read(whole.slice(0, 12))).toBeNull();
  expect(read(whole.slice(12))).toEqual({ columns: 132, rows: 50 });
  expect(read("and no second time")).toBeNull();
});

test("what a program prints is no title, and a size no terminal has is none", () => {
  const read = createSizeReader();
  expect(read("]0;Runboard 10x10\n")).toBeNull();
  expect(read(title("99999x3"))).toBeNull();
});
