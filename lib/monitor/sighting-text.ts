import type { Sighting } from "@/lib/monitor/sightings.ts";
import { keyOf } from "@/lib/task/find.ts";

/** What was noticed, as one sentence for people. */
export function sightingText({ kind, task, session, waitedSeconds }: Sighting): string {
  const time = inWords(waitedSeconds);
  if (kind === "pending") return `${keyOf(task)} has been waiting in ${task.status} for ${time}.`;
  const attempt = `attempt ${session?.attempt} of ${keyOf(task)}`;
  if (kind === "silent") return `For ${time}, ${attempt} has written nothing and computed nothing.`;
  return `For ${time}, no orchestrator has spoken for ${attempt}.`;
}

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** `2 hours`, `15 minutes`: the largest unit of which there are at least two. */
export function inWords(seconds: number): string {
  const [unit, size] = units.find(([, one]) => seconds >= 2 * one) ?? units[3];
  const n = Math.floor(seconds / size);
  return n === 1 ? `1 ${unit}` : `${n} ${unit}s`;
}
