import { describe, expect, it } from "vitest";
import type { DomainError } from "@/lib/errors.ts";
import { refuseUnstorable, storableJson } from "@/lib/storable.ts";

function issueOf(input: unknown): unknown {
  try {
    refuseUnstorable(input);
    return null;
  } catch (thrown) {
    return ((thrown as DomainError).details.issues as unknown[])[0];
  }
}

describe("what no column can hold", () => {
  const nested = (depth: number): unknown => Array.from({ length: depth }).reduce<unknown>((inner) => [inner], 1);

  it("is refused with the way down to it", () => {
    expect(issueOf({ a: [0, { b: "x\0" }] })).toEqual({ path: "a.1.b", message: "May not contain a NUL character" });
    expect(issueOf({ a: { "\udc00": 1 } })).toEqual({ path: "a", message: "Not valid Unicode text" });
    expect(issueOf("\ud800")).toEqual({ path: "", message: "Not valid Unicode text" });
    const deep = { path: `a${".0".repeat(99)}`.slice(0, 200), message: "Nested deeper than 100 levels" };
    expect(issueOf({ a: nested(100) })).toEqual(deep);
  });

  it("is not what a hundred levels, whole characters and other values are", () => {
    expect(issueOf({ a: nested(99), b: "😀", c: [null, true, 1.5, undefined] })).toBeNull();
  });

  it("is looked for in a body of the largest size within a moment, and little is kept meanwhile", () => {
    const body = { metadata: { a: JSON.parse(`[${"0,".repeat(4_000_000)}0]`) as unknown } };
    const before = { cpu: process.cpuUsage(), heapBytes: process.memoryUsage().heapUsed };
    refuseUnstorable(body);
    expect(process.memoryUsage().heapUsed - before.heapBytes).toBeLessThan(50_000_000);
    expect(process.cpuUsage(before.cpu).user / 1000).toBeLessThan(1000);
  });
});

describe("JSON that can be stored", () => {
  it("has a replacement character for halves and NUL, in names and values, and is otherwise the same", () => {
    const value = { "a\ud800": ["\0", "x\udc00y", "😀", "\\ud800", "\\\\u0000", "\\\0"], n: [1, null, true] };
    expect(JSON.parse(storableJson(value))).toEqual({
      "a\ufffd": ["\ufffd", "x\ufffdy", "😀", "\\ud800", "\\\\u0000", "\\\ufffd"],
      n: [1, null, true],
    });
  });
});
