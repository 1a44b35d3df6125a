import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commandLine, splitCommandLine } from "@/components/task/command-line.ts";

describe("a command as a line", () => {
  it("quotes only what a shell would take apart", () => {
    expect(commandLine("sh", ["-c", "echo it's > out.txt"])).toBe("sh -c 'echo it'\\''s > out.txt'");
    expect(commandLine("npm", ["run", "test:unit", ""])).toBe("npm run test:unit ''");
  });

  it("splits as a shell does", () => {
    expect(splitCommandLine(`git commit -m "a \\"b\\" c" --x='1 2' d\\ e`)).toEqual([
      "git",
      "commit",
      "-m",
      'a "b" c',
      "--x=1 2",
      "d e",
    ]);
    expect(splitCommandLine("  ")).toEqual([]);
  });

  it("says when a quote is left open", () => {
    expect(splitCommandLine("echo 'half")).toBeNull();
  });

  it("gives back any words it wrote", () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1 }), ([command = "", ...args]) => {
        expect(splitCommandLine(commandLine(command, args))).toEqual([command, ...args]);
      }),
    );
  });
});
