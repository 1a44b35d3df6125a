import { CheckNow } from "@/components/project/check-now.tsx";

/** The same check as the monitor's own, now. */
export function MonitorCheck({ projectId }: { projectId: string }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-border p-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium text-sm">Check this project</p>
        <p className="text-muted text-xs">
          The monitor looks by itself. Checking now reacts at once to what is overdue, by the settings that are saved;
          what it reacted to before it leaves alone.
        </p>
      </div>
      <CheckNow projectId={projectId} />
    </div>
  );
}
