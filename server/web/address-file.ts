import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { home } from "@/lib/env.ts";

/** Says on this machine where the web process answers, so that the command line finds it on any port. Private, and whole. */
export function writeAddress(url: string): void {
  const draft = `${home.address}.${process.pid}`;
  writeFileSync(draft, `${url}\n`, { mode: 0o600 });
  renameSync(draft, home.address);
}

/** Takes it away, unless another web process has put its own there since. */
export function removeAddress(url: string): void {
  try {
    if (readFileSync(home.address, "utf8").trim() === url) rmSync(home.address, { force: true });
  } catch {
    // It is not there: nothing has to go.
  }
}
