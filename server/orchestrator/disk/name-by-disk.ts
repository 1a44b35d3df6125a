import type { SessionReason } from "@/lib/session/machine.ts";
import type { Services } from "../services.ts";
import { type Ending, isSuccess } from "../session/verdict.ts";
import { saysDiskFull } from "./disk.ts";

/**
 * Names an end after the full disk that caused it, whatever it looked like. Nothing new is started then for a while: the
 * session was nobody's failure, and the next would end the same way.
 */
export async function nameByDisk({ disk, config }: Pick<Services, "disk" | "config">, ending: Ending): Promise<Ending> {
  if (ending.kind === "timedOut" || ending.kind === "done" || isSuccess(ending)) return ending;
  await disk.look(config.diskMinFreeBytes).catch(() => {});
  const said = ending.kind === "exited" ? ending.lastLine : ending.message;
  // A command may speak of another disk, or say what it likes: it is believed when ours is low.
  const isSaid = saysDiskFull(said) && (ending.kind === "failed" || disk.isLow);
  if (!isSaid && !(disk.isFull && mayBeDisk(ending))) return ending;
  disk.wasFull();
  const message = `There was no space left on the disk${said === "" ? "" : `: ${said}`}`;
  const { resultCommit } = ending;
  return { kind: "failed", reason: "DISK_FULL", message, ...(resultCommit ? { resultCommit } : {}) };
}

/** A wrapper that cannot write its command's exit status seems to have vanished; a command may not be able to say a word. */
const speechless: readonly SessionReason[] = [
  "START_FAILED",
  "NEVER_LAUNCHED",
  "PROCESS_VANISHED",
  "COMMIT_FAILED",
  "REPOSITORY",
];

const mayBeDisk = (ending: Exclude<Ending, { kind: "timedOut" | "done" }>): boolean =>
  ending.kind === "exited" || speechless.includes(ending.reason);
