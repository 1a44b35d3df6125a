"use client";

import { useQuery } from "@tanstack/react-query";
import { FileDispute } from "@/components/task/file-dispute.tsx";
import { TaskSection } from "@/components/task/task-section.tsx";
import { projectQuery, taskFileQuery } from "@/lib/client/queries.ts";
import type { Task } from "@/lib/task/schema.ts";

/** Where the card is a file, too: what the two disagree about, and what of the file could not be taken. */
export function FileSection({ task }: { task: Task }) {
  const { data: project } = useQuery(projectQuery(task.projectId));
  const isOn = project?.settings.taskFiles === "on";
  const { data: file } = useQuery({ ...taskFileQuery(task.id), enabled: isOn });
  if (!isOn || !file) return null;
  return (
    <TaskSection title="Task file">
      <p className="text-muted text-sm">
        <code className="break-all font-mono text-mono-sm">{file.path}</code>
        {file.goneAt && " is not there any more. The card stays; put the file back and they go on together."}
      </p>
      {file.remarks.length > 0 && (
        <ul aria-label="Not taken from the file" className="list-inside list-disc text-attention text-sm">
          {file.remarks.map((remark) => (
            <li key={remark} className="[overflow-wrap:anywhere]">
              {remark}
            </li>
          ))}
        </ul>
      )}
      {file.conflicts.map((dispute) => (
        <FileDispute key={dispute.field} taskId={task.id} dispute={dispute} />
      ))}
    </TaskSection>
  );
}
