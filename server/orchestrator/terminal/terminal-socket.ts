import { join } from "node:path";
import { db } from "@/lib/db.ts";
import { sessionPaths } from "../../sandbox/session-directory.ts";
import type { HeldSession } from "../session/held-session.ts";

/** The socket of the session's tmux server. */
export const terminalSocket = (directory: string): string => join(sessionPaths(directory).terminal, "tty");

/** Written before the session is said to run: who hears of it finds its terminal. The same again changes nothing. */
export async function recordTerminal({ plan, directory }: HeldSession): Promise<void> {
  if (plan.sessionType !== "interactive") return;
  const data = { terminalSocket: terminalSocket(directory) };
  await db().session.updateMany({ where: { id: plan.sessionId, terminalSocket: null }, data });
}
