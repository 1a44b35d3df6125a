import type { Project } from "@/lib/project/schema.ts";

const tasks = (count: number) => (count === 1 ? "1 task" : `${count} tasks`);

/** The number on the button, and the button's accessible name with it. */
export function badgeOf(project: Project): { value: number; label: string } {
  if (project.autonomousExecutionEnabled) {
    const value = project.counts.RUNNING + project.counts.VALIDATING;
    return { value, label: `Autonomous: ON, ${tasks(value)} running` };
  }
  const value = project.processableCount;
  return { value, label: `Start Processing, ${tasks(value)} ready` };
}

/** Why there is nothing to process. */
export function whyNothing({ counts }: Project): string {
  if (counts.APPROVED > 0) return `Nothing is ready: ${tasks(counts.APPROVED)} approved, all blocked by dependencies.`;
  return "Nothing is ready: no task is approved.";
}

export function offText(running: number, returned: number): string {
  const finish = running === 1 ? "1 running task will finish" : `${running} running tasks will finish`;
  const back = `${returned} went back to Approved`;
  const parts = [running > 0 && finish, returned > 0 && back].filter(Boolean);
  return parts.length > 0 ? `${parts.join(", ")}.` : "Nothing was running.";
}

/** What was just started and how to stop it: a heading, then the facts. */
export function noteLines({ settings, baseBranch }: Project): [string, ...string[]] {
  const limit = settings.maxConcurrentSessions;
  return [
    "Approved tasks now run by themselves.",
    "A task starts when everything it depends on is completed.",
    `${limit === 1 ? "One runs at a time." : `Up to ${limit} run at the same time.`} Drafts never run.`,
    `Each works in its own clone, on its own branch of ${baseBranch}.`,
    "Press the button again to stop; what runs then will finish.",
  ];
}
