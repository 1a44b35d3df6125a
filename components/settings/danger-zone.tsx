import { useRouter } from "next/navigation";
import { useState } from "react";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { useArchiveProject } from "@/lib/client/mutations.ts";
import type { Project } from "@/lib/project/schema.ts";

export function DangerZone({ project }: { project: Project }) {
  const router = useRouter();
  const [isAsking, setAsking] = useState(false);
  const archive = useArchiveProject();
  const label = project.isDemo ? "Delete the demo" : `Archive ${project.key}`;

  return (
    <div className="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-danger p-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium">{label}</p>
        <p className="text-muted text-xs">
          {project.isDemo ? "The demo" : "The project"} leaves the list. {effectsOf(project)} The repository is not
          touched.
        </p>
        {archive.error && (
          <p role="alert" className="mt-1 text-danger text-xs">
            Nothing was changed. {problemOf(archive.error).message}
          </p>
        )}
      </div>
      <AlertDialog
        open={isAsking}
        onOpenChange={setAsking}
        trigger={
          <Button variant="danger" isBusy={archive.isPending}>
            {label}
          </Button>
        }
        title={project.isDemo ? "Delete the demo?" : `Archive ${project.name}?`}
        description={`${effectsOf(project)} The project leaves the list. The repository and its branches are not touched.`}
        confirmLabel={label}
        cancelLabel={project.isDemo ? "Keep the demo" : `Keep ${project.key}`}
        onConfirm={() => archive.mutate(project.id, { onSuccess: () => router.push("/projects") })}
      />
    </div>
  );
}

/** What stops, in numbers. */
function effectsOf({ counts }: Project): string {
  const running = (counts.RUNNING ?? 0) + (counts.VALIDATING ?? 0);
  const queued = counts.QUEUED ?? 0;
  const sessions =
    running === 0
      ? "No session is running."
      : `${running} running ${running === 1 ? "session is" : "sessions are"} cancelled.`;
  const tasks = queued === 0 ? "" : ` ${queued} queued ${queued === 1 ? "task leaves" : "tasks leave"} the queue.`;
  return sessions + tasks;
}
