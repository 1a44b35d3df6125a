"use client";

import { Pencil } from "lucide-react";
import { useState } from "react";
import { BriefPreview } from "@/components/task/brief-preview.tsx";
import { SpecForm } from "@/components/task/spec-form.tsx";
import { SpecView } from "@/components/task/spec-view.tsx";
import { TaskSection } from "@/components/task/task-section.tsx";
import { useReturnFocus } from "@/components/task/use-return-focus.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";
import type { Task } from "@/lib/task/schema.ts";

/** What the task runs: for reading, or as a form. */
export function SpecSection({ task }: { task: Task }) {
  const [isEditing, setEditing] = useState(false);
  const pencil = useReturnFocus(isEditing);
  return (
    <TaskSection
      title={task.type === "cli" ? "Command" : "What the agent is asked"}
      actions={
        !isEditing && (
          <IconButton ref={pencil} label="Edit what it runs" size="sm" onClick={() => setEditing(true)}>
            <Pencil aria-hidden />
          </IconButton>
        )
      }
    >
      {isEditing ? <SpecForm task={task} onDone={() => setEditing(false)} /> : <SpecView task={task} />}
      {!isEditing && task.type !== "cli" && <BriefPreview task={task} />}
    </TaskSection>
  );
}
