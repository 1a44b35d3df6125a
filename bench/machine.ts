import { readdirSync, readFileSync, statSync } from "node:fs";
import { cpus, release, tmpdir, totalmem, type } from "node:os";
import { basename } from "node:path";

/** What the figures were taken on, in one line. */
export function machine(): string {
  const processors = cpus();
  const model = processors[0]?.model.trim() || process.arch;
  const memoryGb = Math.round(totalmem() / 1024 ** 3);
  const system = `${type()} ${release().match(/^\d+\.\d+/)}, Node ${process.versions.node}`;
  return [`${processors.length} × ${model}`, `${memoryGb} GB`, system, ...fileSystem(tmpdir())].join(", ");
}

/**
 * Of the place the benches work in. An ext4 without a journal looks for a new file at every one that was deleted in the last minutes,
 * which a session's directory with its clone is full of (docs/performance.md). Empty where the system does not tell.
 */
function fileSystem(directory: string): string[] {
  try {
    // "29 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw"
    const device = deviceOf(statSync(directory).dev);
    const mount = readFileSync("/proc/self/mountinfo", "utf8")
      .split("\n")
      .find((line) => line.split(" ")[2] === device);
    const [kind, source] = mount?.split(" - ")[1]?.split(" ") ?? [];
    if (kind === undefined) return [];
    return [kind === "ext4" && !hasJournal(source ?? "") ? "ext4 without a journal" : kind];
  } catch {
    return [];
  }
}

/** As mountinfo writes it: major:minor. */
const deviceOf = (dev: number): string => `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;

const hasJournal = (source: string): boolean =>
  readdirSync("/proc/fs/jbd2").some((name) => name.startsWith(`${basename(source)}-`));
