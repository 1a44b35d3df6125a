import { childrenOf, residentBytes } from "../processes.ts";

/** The server's own programs: supervisor, web, orchestrator and its helper; not the database, not the sessions. */
export function programsOf(supervisor: number): Record<string, number> {
  const [web] = childrenOf(supervisor, "/web.js");
  const [orchestrator] = childrenOf(supervisor, "/orchestrator.js");
  const [helper] = orchestrator ? childrenOf(orchestrator, "spawner-child.js") : [];
  return { supervisor, web: web ?? 0, orchestrator: orchestrator ?? 0, helper: helper ?? 0 };
}

const residentOf = (programs: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(programs).map(([name, pid]) => [name, residentBytes(pid) || 0]));

const sumOf = (values: Record<string, number>): number => Object.values(values).reduce((sum, value) => sum + value, 0);

export interface Peaks {
  /** Resident memory of the server's programs together, and of each at that moment. */
  residentBytes: number;
  resident: Record<string, number>;
  /** What the output of sessions took on the disk at most. */
  outputBytes: number;
}

const lookMs = 20;

/** Looks again and again while something happens, and keeps the most it saw. */
export async function peaksWhile(
  supervisor: number,
  outputBytes: () => number,
  work: () => Promise<unknown>,
): Promise<Peaks> {
  const programs = programsOf(supervisor);
  const peaks: Peaks = { residentBytes: 0, resident: {}, outputBytes: 0 };
  const timer = setInterval(() => {
    const resident = residentOf(programs);
    if (sumOf(resident) > peaks.residentBytes) Object.assign(peaks, { resident, residentBytes: sumOf(resident) });
    peaks.outputBytes = Math.max(peaks.outputBytes, outputBytes());
  }, lookMs);
  await work().finally(() => clearInterval(timer));
  return peaks;
}
