"use client";

import { NumberField } from "@/components/task/number-field.tsx";
import { PolicySection } from "@/components/task/policy-section.tsx";
import { TagEditor } from "@/components/task/tag-editor.tsx";
import { TaskSection } from "@/components/task/task-section.tsx";
import { useSave } from "@/components/task/use-save.ts";
import { Field } from "@/components/ui/field.tsx";
import { PriorityGlyph, priorities, priorityLabels } from "@/components/ui/priority-glyph.tsx";
import { Select } from "@/components/ui/select.tsx";
import type { Task } from "@/lib/task/schema.ts";

/** Priority, tags and limits. Each is saved when it is chosen or left. */
export function DetailsSection({ task }: { task: Task }) {
  const save = useSave();
  const options = priorities
    .map((priority, level) => ({
      value: String(level),
      label: priorityLabels[priority],
      icon: <PriorityGlyph priority={priority} isDecorative />,
      isDisabled: priority === "URGENT",
    }))
    // Urgent is the system's own; shown only where the system chose it.
    .filter(({ isDisabled }) => !isDisabled || task.priority === 5);

  return (
    <TaskSection title="Details">
      <div className="grid grid-cols-[repeat(auto-fit,minmax(8.5rem,1fr))] items-start gap-3">
        <Field label="Priority" isRequired>
          <Select
            options={options}
            value={String(task.priority)}
            onValueChange={(value) => void save(task, { priority: Number(value) })}
          />
        </Field>
        <NumberField
          label="Time limit"
          unit="s"
          max={86_400}
          value={task.timeoutSeconds}
          onSave={(timeoutSeconds) => save(task, { timeoutSeconds })}
        />
        <NumberField
          label="Attempts"
          max={20}
          value={task.maxAttempts}
          onSave={(maxAttempts) => save(task, { maxAttempts })}
        />
      </div>
      <TagEditor tags={task.tags} onSave={(tags) => save(task, { tags })} />
      <PolicySection task={task} />
    </TaskSection>
  );
}
