"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useBoard } from "@/components/board/board-provider.tsx";
import { planDrop, positionAt } from "@/components/board/drop-rules.ts";
import { keepFocus } from "@/components/board/focus-card.ts";
import { useShownTasks } from "@/components/board/use-shown-tasks.ts";
import { announce } from "@/lib/client/announce.ts";
import { type ColumnId, columnIdOf } from "@/lib/client/columns.ts";
import { useTaskVerb, useUpdateTask } from "@/lib/client/mutations.ts";
import { notify } from "@/lib/client/notify.ts";
import { offerBlocked } from "@/lib/client/refusals.ts";
import { readStore } from "@/lib/client/tasks.ts";
import { type PersonVerb, statusAfter } from "@/lib/client/verbs.ts";
import type { Task } from "@/lib/task/schema.ts";

/** What moves a card, whichever way it was asked for: drag, keys, menu, dialog. */
export function useMoves() {
  const { projectId, show } = useBoard();
  const client = useQueryClient();
  const verbs = useTaskVerb();
  const update = useUpdateTask();
  const listOf = useShownTasks();

  const run = (task: Task, verb: PersonVerb) => {
    const wantsQueue = verb === "queue" || verb === "retry";
    if (verb === "requestChanges") show({ kind: "feedback", task });
    else if (wantsQueue && task.blockedBy.length > 0) refuseBlocked(task, verb);
    else {
      verbs.mutate({ task, verb });
      keepFocus(task.id, columnIdOf(statusAfter(verb)));
    }
  };

  const refuseBlocked = (task: Task, verb: PersonVerb) => {
    const { byId } = readStore(client, projectId);
    const blockedBy = task.blockedBy.flatMap((id) => byId[id] ?? []);
    const message = `It waits for ${task.blockedBy.length} open dependencies.`;
    offerBlocked(task, { message, details: { blockedBy } }, () => verbs.mutate({ task, verb, input: { force: true } }));
  };

  const refuse = (task: Task, reason: string) => {
    notify.attention(`${task.key} stays where it is`, { id: `refused-${task.id}`, description: `${reason}.` });
    announce(`${reason}.`);
  };

  /** Between the cards that stand there on screen, whatever a filter hides. */
  const place = (task: Task, index: number) => {
    const others = listOf(columnIdOf(task.status)).filter(({ id }) => id !== task.id);
    update.mutate({ task, changes: { position: positionAt(others, index) } });
    announce(`${task.key} is at position ${index + 1} of ${others.length + 1}.`);
    keepFocus(task.id, columnIdOf(task.status));
  };

  /** A drop is a verb. */
  const drop = (task: Task, target: ColumnId, index: number | null) => {
    const plan = planDrop(task, target);
    if (plan.kind === "verb") run(task, plan.verb);
    else if (plan.kind === "blocked") refuseBlocked(task, task.status === "APPROVED" ? "queue" : "retry");
    else if (plan.kind === "reorder") index !== null && place(task, index);
    else if (columnIdOf(task.status) !== target) refuse(task, plan.reason);
  };

  const setPriority = (task: Task, priority: number) => update.mutate({ task, changes: { priority } });

  return { run, drop, place, refuse, setPriority };
}

export type Moves = ReturnType<typeof useMoves>;
