import { resolveOnPath } from "./resolve-command.ts";
import type { Spawner } from "./spawner.ts";

/**
 * A child subreaper: the kernel gives it the orphans of its tree, so a double fork does not lead out of it. The attribute
 * survives exec, so a few words of perl can give it to the wrapper's shell. Linux, where perl is installed.
 */

/** The number of prctl(2), by `process.arch`. */
const prctl: Partial<Record<NodeJS.Architecture, number>> = { x64: 157, arm64: 167 };
const SET = 36;
const GET = 37;

/** Variables of the session that perl itself would obey travel past it under this prefix. */
const HIDDEN = "RUNBOARD_WRAPPER_";

const launcher = (number: number): string =>
  `syscall(${number}, ${SET}, 1, 0, 0, 0) == 0 or exit 98;` +
  `for (keys %ENV) { $ENV{$1} = delete $ENV{$_} if /^${HIDDEN}(PERL.*)/s }` +
  "exec { $ARGV[0] } @ARGV; exit 98";

/** Where perl is, if it can make a subreaper on this machine; tried, not guessed. */
export async function findSubreaper(spawner: Spawner, path: string): Promise<string | null> {
  const number = process.platform === "linux" ? prctl[process.arch] : undefined;
  const perl = resolveOnPath("perl", path);
  if (number === undefined || perl === null) return null;
  const ask = `my $on = pack("i", 0); syscall(${number}, ${GET}, $on) == 0 or exit 1; print unpack("i", $on)`;
  const args = ["-f", "-e", launcher(number), perl, "-f", "-e", ask];
  const { stdout } = await spawner.run({ command: perl, args, env: {}, timeoutMs: 5_000 });
  return stdout === "1" ? perl : null;
}

/** The program that starts `args[0]` as a child subreaper, with this environment. */
export function asSubreaper(perl: string, args: string[], environment: Record<string, string>) {
  const named = Object.entries(environment).map(([name, value]) => [
    name.startsWith("PERL") ? `${HIDDEN}${name}` : name,
    value,
  ]);
  return {
    command: perl,
    args: ["-f", "-e", launcher(prctl[process.arch] ?? 0), ...args],
    environment: Object.fromEntries(named) as Record<string, string>,
  };
}
