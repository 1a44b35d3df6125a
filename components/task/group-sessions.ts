import type { Session } from "@/lib/session/schema.ts";

export interface Generation {
  generation: number;
  sessions: Session[];
}

/** Newest first; a generation is what ran between one reopening and the next. */
export function groupByGeneration(sessions: readonly Session[]): Generation[] {
  const groups = new Map<number, Session[]>();
  for (const session of [...sessions].sort((a, b) => b.attempt - a.attempt)) {
    const group = groups.get(session.generation);
    if (group) group.push(session);
    else groups.set(session.generation, [session]);
  }
  return [...groups].sort(([a], [b]) => b - a).map(([generation, list]) => ({ generation, sessions: list }));
}

export function newestSession(sessions: readonly Session[]): Session | null {
  return sessions.reduce<Session | null>((best, one) => (best && best.attempt > one.attempt ? best : one), null);
}

/** The session whose log is shown: the one asked for, else the newest. */
export function chosenSession(sessions: readonly Session[], attempt: number | null): Session | null {
  return sessions.find((session) => session.attempt === attempt) ?? newestSession(sessions);
}
