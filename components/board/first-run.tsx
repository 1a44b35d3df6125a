"use client";

import { useQuery } from "@tanstack/react-query";
import { Ellipsis, Sparkles } from "lucide-react";
import dynamic from "next/dynamic";
import { useRouter } from "next/navigation";
import { useState, useSyncExternalStore } from "react";
import { useBoard } from "@/components/board/board-provider.tsx";
import { hasSeen, markSeen, onSeen } from "@/components/board/seen.ts";
import { DropdownMenu } from "@/components/ui/dropdown-menu.tsx";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { problemOf } from "@/lib/client/api.ts";
import { useArchiveProject } from "@/lib/client/mutations.ts";
import { notify } from "@/lib/client/notify.ts";
import { projectQuery } from "@/lib/client/queries.ts";

const AlertDialog = dynamic(() => import("@/components/ui/alert-dialog.tsx").then((file) => file.AlertDialog), {
  ssr: false,
});

/** One line above the demo's board: what to press, and the way to be rid of the demo. */
export function FirstRun() {
  const { projectId } = useBoard();
  const router = useRouter();
  const { data: project } = useQuery(projectQuery(projectId));
  const [isAsking, setAsking] = useState(false);
  const archive = useArchiveProject();
  const note = `first-run.${projectId}`;
  const isHidden = useSyncExternalStore(
    onSeen,
    () => hasSeen(note),
    () => true,
  );
  if (!project?.isDemo || isHidden) return null;

  const done = project.counts.COMPLETED;
  const text =
    project.autonomousExecutionEnabled || done > 0
      ? "This is a demo on a real repository. Add your own project when you are ready."
      : "Press Start Processing and watch the graph run.";
  return (
    <div className="flex shrink-0 items-center gap-2 border-border border-b bg-surface px-3 py-1 text-sm sm:px-4">
      <Sparkles aria-hidden className="size-4 shrink-0 text-accent" />
      <p className="min-w-0 flex-1">{text}</p>
      <DropdownMenu
        entries={[
          { id: "own", label: "Add your own repository", onSelect: () => router.push("/projects/new") },
          { id: "hide", label: "Hide this line", onSelect: () => markSeen(note) },
          {
            id: "delete",
            label: "Delete the demo",
            isDanger: true,
            onSelect: () => setTimeout(() => setAsking(true), 0),
          },
        ]}
      >
        <IconButton label="About the demo" size="sm">
          <Ellipsis aria-hidden />
        </IconButton>
      </DropdownMenu>
      {isAsking && (
        <AlertDialog
          open
          onOpenChange={setAsking}
          title="Delete the demo?"
          description="Its board leaves the list and what runs in it is cancelled. Your own projects are not touched."
          confirmLabel="Delete the demo"
          onConfirm={() =>
            archive.mutate(projectId, {
              onSuccess: () => router.push("/projects"),
              onError: (thrown) =>
                notify.error("Could not delete the demo", { description: problemOf(thrown).message }),
            })
          }
        />
      )}
    </div>
  );
}
