"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import type { CardOverlay } from "@/components/board/dialogs.ts";
import { planDrop } from "@/components/board/drop-rules.ts";
import { type Moves, useMoves } from "@/components/board/use-moves.ts";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { Button } from "@/components/ui/button.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";
import { Field } from "@/components/ui/field.tsx";
import { PriorityGlyph, priorities, priorityLabels } from "@/components/ui/priority-glyph.tsx";
import { Textarea } from "@/components/ui/textarea.tsx";
import { columnIdOf, columns } from "@/lib/client/columns.ts";
import { useDeleteTask, useTaskVerb } from "@/lib/client/mutations.ts";
import { readStore } from "@/lib/client/tasks.ts";
import type { Task } from "@/lib/task/schema.ts";

/** The dialogs that ask one thing about one card. */
export function CardDialog({ overlay, onClose }: { overlay: CardOverlay; onClose: () => void }) {
  const client = useQueryClient();
  const moves = useMoves();
  const task = readStore(client, overlay.task.projectId).byId[overlay.task.id] ?? overlay.task;
  const props = { task, moves, onClose };
  if (overlay.kind === "move") return <MoveDialog {...props} />;
  if (overlay.kind === "priority") return <PriorityDialog {...props} />;
  if (overlay.kind === "feedback") return <FeedbackDialog {...props} />;
  return <DeleteDialog {...props} />;
}

interface OneCard {
  task: Task;
  moves: Moves;
  onClose: () => void;
}

/** The way without dragging: every column, what it would do, or why not. */
function MoveDialog({ task, moves, onClose }: OneCard) {
  const targets = columns.filter(({ id }) => id !== columnIdOf(task.status));
  return (
    <Dialog open onOpenChange={onClose} title={`Move ${task.key} to...`} size="sm">
      <ul className="flex flex-col gap-0.5">
        {targets.map(({ id, label }) => {
          const plan = planDrop(task, id);
          const isRefused = plan.kind === "refused";
          return (
            <li key={id}>
              <Choice
                isDisabled={isRefused}
                onPress={() => {
                  onClose();
                  moves.drop(task, id, null);
                }}
              >
                <span className="font-medium">{label}</span>
                <span className="ms-auto text-end text-muted text-xs">
                  {plan.kind === "verb" ? plan.label : "reason" in plan ? plan.reason : plan.label}
                </span>
              </Choice>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}

function PriorityDialog({ task, moves, onClose }: OneCard) {
  return (
    <Dialog open onOpenChange={onClose} title={`Priority of ${task.key}`} size="sm">
      <ul className="flex flex-col gap-0.5">
        {priorities.slice(0, 5).map((priority, value) => (
          <li key={priority}>
            <Choice
              isCurrent={task.priority === value}
              onPress={() => {
                onClose();
                moves.setPriority(task, value);
              }}
            >
              <PriorityGlyph priority={priority} isDecorative />
              {priorityLabels[priority]}
            </Choice>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}

interface ChoiceProps {
  isCurrent?: boolean;
  isDisabled?: boolean;
  onPress: () => void;
  children: ReactNode;
}

function Choice({ isCurrent, isDisabled, onPress, children }: ChoiceProps) {
  return (
    <button
      type="button"
      disabled={isDisabled}
      aria-current={isCurrent || undefined}
      onClick={onPress}
      className="flex min-h-9 w-full items-center gap-2 rounded-md px-2 text-start text-sm enabled:hover:bg-selected disabled:text-subtle aria-[current=true]:bg-selected pointer-coarse:min-h-11"
    >
      {children}
    </button>
  );
}

function FeedbackDialog({ task, onClose }: OneCard) {
  const [feedback, setFeedback] = useState("");
  const [isAsked, setAsked] = useState(false);
  const verbs = useTaskVerb();
  const send = () => {
    setAsked(true);
    if (feedback.trim() === "") return;
    onClose();
    verbs.mutate({ task, verb: "requestChanges", input: { feedback: feedback.trim() } });
  };
  return (
    <Dialog
      open
      onOpenChange={onClose}
      title={`Request changes to ${task.key}`}
      description="It is queued again, and the next attempt is told what you write here."
      footer={
        <Button variant="primary" onClick={send}>
          Request changes
        </Button>
      }
    >
      <Field
        label="Feedback"
        isRequired
        error={isAsked && feedback.trim() === "" ? "Say what should be different." : undefined}
      >
        <Textarea
          rows={5}
          value={feedback}
          onChange={(event) => setFeedback(event.target.value)}
          onKeyDown={(event) => (event.metaKey || event.ctrlKey) && event.key === "Enter" && send()}
        />
      </Field>
    </Dialog>
  );
}

function DeleteDialog({ task, onClose }: OneCard) {
  const remove = useDeleteTask();
  return (
    <AlertDialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={`Delete ${task.key}?`}
      description={`"${task.title}", its sessions and their logs are deleted. Branches in the repository stay.`}
      confirmLabel={`Delete ${task.key}`}
      onConfirm={() => remove.mutate(task)}
    />
  );
}
