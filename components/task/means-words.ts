import type { Session } from "@/lib/session/schema.ts";

const holders: Record<string, string> = {
  "cgroup-v2": "a control group",
  "cgroup-v1": "a control group (v1)",
  subreaper: "the session's wrapper",
  markers: "marks on its processes",
  watchdog: "a watchdog",
};

const named = (means: string) => holders[means] ?? means;

/** By which means a session's processes are known and its limits kept, as one sentence; null where nothing is recorded. */
export function meansSentence({ means, cpus, memoryBytes }: Pick<Session, "means" | "cpus" | "memoryBytes">) {
  if (!means.tree) return null;
  const parts = [`Its processes are known by ${named(means.tree)}`];
  if (memoryBytes !== null && means.memory) parts.push(`memory is limited by ${named(means.memory)}`);
  if (cpus !== null && means.cpu)
    parts.push(means.cpu === "none" ? "CPU is counted but not limited here" : `CPU is limited by ${named(means.cpu)}`);
  return `${parts.join("; ")}.`;
}
