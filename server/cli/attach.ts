import { once } from "node:events";
import { DomainError } from "@/lib/errors.ts";
import { readPrivate } from "../private-file.ts";
import { isLoopback } from "./connection.ts";
import { type CliSettings, hostIdFile } from "./settings.ts";
import type { Terminal } from "./terminal.ts";

export interface AttachAnswer {
  sessionId: string;
  hostId: string;
  socket: string;
  command: string;
}

/**
 * Puts this terminal into the session's: the command that the API names runs here, when the session is on this host and a person is
 * there. Answers its exit code. Throws UNAVAILABLE when the session is on another host, and when RUNBOARD_URL is: nothing that another
 * machine says is run on this one.
 */
export async function attach(answer: AttachAnswer, settings: CliSettings, terminal: Terminal): Promise<number> {
  if (readPrivate(hostIdFile(settings.home)) !== answer.hostId) {
    throw new DomainError(
      "UNAVAILABLE",
      `The session runs on another host (${answer.hostId}). There, this attaches to it: ${answer.command}`,
      { ...answer },
    );
  }
  if (!terminal.isInteractive || !process.stdin.isTTY) {
    terminal.out(`${answer.command}\n`);
    return 0;
  }
  if (settings.url !== null && !isLoopback(settings.url)) throw saidElsewhere(settings.url, answer);
  return run(answer.command);
}

const saidElsewhere = (url: string, answer: AttachAnswer): DomainError =>
  new DomainError(
    "UNAVAILABLE",
    `What ${url} says is not run on this machine. Unset RUNBOARD_URL where the server is, or attach by hand: ${answer.command}`,
    { ...answer },
  );

async function run(command: string): Promise<number> {
  const { spawn } = await import("node:child_process");
  // Inside of tmux, tmux refuses to start; this one is of another server, so nothing is nested that is not meant to be.
  const { TMUX: _, ...environment } = process.env;
  const child = spawn("/bin/sh", ["-c", command], { stdio: "inherit", env: environment });
  const ignore = () => {};
  process.on("SIGINT", ignore);
  const [code] = (await once(child, "exit")) as [number | null];
  process.off("SIGINT", ignore);
  return code ?? 1;
}
