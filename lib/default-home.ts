import { homedir } from "node:os";
import { join } from "node:path";

/** Where everything lives when RUNBOARD_HOME does not say. */
export function defaultHome(): string {
  return process.getuid?.() === 0 ? "/var/lib/runboard" : join(homedir(), ".runboard");
}
