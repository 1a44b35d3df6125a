import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";
import type { TerminalSize } from "@/lib/terminal/frames.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import { resolveOnPath } from "../../sandbox/spawner/resolve-command.ts";

/** One client of a session's tmux server, in a pseudo-terminal of its own. */
export interface Attachment {
  /**
   * Once tmux has begun to draw, or the client is gone. Before, its pseudo-terminal still is a plain one: it would echo what is typed,
   * and Ctrl+C would end the client.
   */
  drawn: Promise<void>;
  write(data: string): void;
  resize(size: TerminalSize): void;
  /** A client that is not read is redrawn by tmux when it is read again; what it missed is dropped there. */
  pause(): void;
  resume(): void;
  end(): void;
}

/** `watch`: what is typed is not taken, and its size is nobody's. */
export type Right = "watch" | "type";

/** A server that does not answer keeps others from the room no longer than this. */
const firstDrawWithinMs = 5_000;

interface AttachOptions {
  directory: string;
  size: TerminalSize;
  right: Right;
  onData: (data: string) => void;
  /** Of itself: detached by somebody, or the terminal has ended. */
  onEnd: () => void;
}

/** The client's whole environment is told to the server, that is, into the session's reach: it gets one of its own. */
export const clientEnvironment = () => ({ PATH: env.PATH, TERM: "xterm-256color", LANG: "C.UTF-8" });

export const tmuxOr = (fallback: string): string => resolveOnPath("tmux", env.PATH) ?? fallback;

/** Throws when this machine has no pseudo-terminals for us. */
export async function attach({ directory, size, right, onData, onEnd }: AttachOptions): Promise<Attachment> {
  // A module of the machine's own kind: loaded by who needs it alone.
  const { spawn } = await import("@lydell/node-pty");
  // -N: it would start a server of its own where there is none yet.
  const client = spawn(
    tmuxOr("tmux"),
    ["-u", "-N", "-S", "tty", "attach-session", "-t", "terminal", ...(right === "watch" ? ["-r"] : [])],
    {
      name: "xterm-256color",
      cwd: sessionPaths(directory).terminal,
      env: clientEnvironment(),
      cols: size.columns,
      rows: size.rows,
    },
  );
  let isOver = false;
  let begins = () => {};
  const drawn = new Promise<void>((resolve) => {
    const limit = setTimeout(resolve, firstDrawWithinMs);
    begins = () => {
      clearTimeout(limit);
      resolve();
    };
  });
  client.onData((data) => {
    if (!isOver) onData(data);
    begins();
  });
  client.onExit(() => {
    begins();
    if (isOver) return;
    isOver = true;
    onEnd();
  });
  /** It may have ended meanwhile, which is told by its end. */
  const quietly = (work: () => void) => {
    if (isOver) return;
    try {
      work();
    } catch (thrown) {
      logger.debug({ err: thrown }, "a terminal's client is gone");
    }
  };
  return {
    drawn,
    write: (data) => quietly(() => client.write(data)),
    resize: ({ columns, rows }) => quietly(() => client.resize(columns, rows)),
    pause: () => quietly(() => client.pause()),
    resume: () => quietly(() => client.resume()),
    end: () =>
      quietly(() => {
        isOver = true;
        client.kill();
      }),
  };
}
