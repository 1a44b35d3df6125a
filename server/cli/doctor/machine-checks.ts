import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Check, fail, ok, warn } from "./check.ts";

const run = promisify(execFile);
const longestMs = 5_000;

interface Program {
  name: string;
  args: string[];
  /** Without it: nothing runs, or something is missing. */
  without: (found: string) => Check;
}

const install = (names: string) => `Install ${names} (Debian: apt-get install ${names}).`;

const programs: Program[] = [
  { name: "git", args: ["--version"], without: (found) => fail("git", found, install("git")) },
  ...(process.platform === "linux"
    ? [
        {
          name: "bwrap",
          args: ["--version"],
          without: (found: string) => warn("bwrap", found, `Sessions are not isolated. ${install("bubblewrap")}`),
        },
        {
          name: "socat",
          args: ["-V"],
          without: (found: string) =>
            warn("socat", found, `Confined sessions start more slowly without it. ${install("socat")}`),
        },
      ]
    : []),
  {
    name: "tmux",
    args: ["-V"],
    without: (found) => warn("tmux", found, `Interactive sessions have no terminal. ${install("tmux")}`),
  },
];

/** Node, and the programs that sessions are made with, on this machine. */
export async function machineChecks(): Promise<Check[]> {
  return [nodeCheck(process.versions.node), ...(await Promise.all(programs.map(programCheck)))];
}

export function nodeCheck(version: string): Check {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const isNew = major > 20 || (major === 20 && minor >= 19);
  return isNew ? ok("node", version) : fail("node", version, "Install Node 20.19 or newer.");
}

async function programCheck({ name, args, without }: Program): Promise<Check> {
  try {
    const { stdout } = await run(name, args, { timeout: longestMs });
    return ok(name, /\d+(?:\.\d+)+\w*/.exec(stdout)?.[0] ?? "found");
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return without(code === "ENOENT" ? "not found" : `does not run (${code ?? "it failed"})`);
  }
}
