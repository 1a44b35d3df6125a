"use client";

import { useQueryClient } from "@tanstack/react-query";
import type { KeyboardEvent } from "react";
import { useBoard, useBoardState } from "@/components/board/board-provider.tsx";
import { cardKeys } from "@/components/board/card-keys.ts";
import { clamp, isHeldTooLong, type Step, steps } from "@/components/board/card-steps.ts";
import { blockedReason, planDrop } from "@/components/board/drop-rules.ts";
import { focusCard } from "@/components/board/focus-card.ts";
import { useCarryKeys } from "@/components/board/use-carry-keys.ts";
import { useMoves } from "@/components/board/use-moves.ts";
import { useShownTasks } from "@/components/board/use-shown-tasks.ts";
import { useShortcuts } from "@/components/shortcuts.ts";
import { areSingleKeysOn } from "@/components/single-keys.ts";
import { announce } from "@/lib/client/announce.ts";
import { type ColumnId, columnIdOf } from "@/lib/client/columns.ts";
import { findTask, readStore } from "@/lib/client/tasks.ts";
import { undoLast } from "@/lib/client/undo.ts";
import { isVerbLegal } from "@/lib/client/verbs.ts";
import type { Task } from "@/lib/task/schema.ts";

/** The keys of a card that has the focus: walk, lift and carry, or act at once. */
export function useBoardKeys(shown: readonly ColumnId[]) {
  const { projectId, openTask, show } = useBoard();
  const { carry } = useBoardState();
  const client = useQueryClient();
  const moves = useMoves();
  const listOf = useShownTasks();
  const { lift, onCarryKey } = useCarryKeys(shown);
  useShortcuts([
    ...cardKeys,
    {
      id: "undo",
      keys: "$mod+z",
      scope: "Board",
      label: "Undo",
      handler: ({ repeat }) => {
        if (!repeat) announce(undoLast(projectId) ? "Taken back." : "Nothing to undo.");
      },
    },
  ]);

  const walk = (task: Task, [dx, dy]: Step) => {
    const home = columnIdOf(task.status);
    const row = listOf(home).findIndex(({ id }) => id === task.id);
    if (dy !== 0) {
      const next = listOf(home)[row + dy];
      if (next) focusCard(next.id, home);
      return;
    }
    for (let at = shown.indexOf(home) + dx; at >= 0 && at < shown.length; at += dx) {
      const column = shown[at]!;
      const list = listOf(column);
      const next = list[Math.min(row, list.length - 1)];
      if (next) return focusCard(next.id, column);
    }
  };

  /** Shift and an arrow: to the next column at once, or one place up or down. */
  const moveNow = (task: Task, [dx, dy]: Step) => {
    const home = columnIdOf(task.status);
    const index = listOf(home).findIndex(({ id }) => id === task.id);
    if (dy !== 0) return moves.drop(task, home, clamp(index + dy, listOf(home).length));
    const ways = dx > 0 ? shown.slice(shown.indexOf(home) + 1) : shown.slice(0, shown.indexOf(home)).reverse();
    const target = ways.find((column) => planDrop(task, column).kind !== "refused") ?? ways[0];
    if (!target) return;
    const plan = planDrop(task, target);
    if (plan.kind === "blocked") announce(`${blockedReason(task)}.`);
    moves.drop(task, target, null);
  };

  const act = (task: Task, key: string): boolean => {
    if (key === "m") show({ kind: "move", task });
    else if (key === "p") show({ kind: "priority", task });
    else if (key === "d") show({ kind: "depends", task });
    else if (key === "o" || key === "e") openTask(task);
    else if (key === "a" && isVerbLegal("approve", task.status)) moves.run(task, "approve");
    else if (key === "a" && isVerbLegal("withdraw", task.status)) moves.run(task, "withdraw");
    else if (key === "s") {
      const verb = (["queue", "retry", "cancel"] as const).find((one) => isVerbLegal(one, task.status));
      if (!verb || task.status === "DRAFT") announce(`${task.key} cannot be started. Approve it first.`);
      else moves.run(task, verb);
    } else return false;
    return true;
  };

  return (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    const isOnCard = "title" in target.dataset;
    if (isOnCard && isHeldTooLong(event)) return keepHeld(event);
    if (carry?.how === "keyboard") return onCarryKey(event, carry);
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !isOnCard) return;
    const id = target.closest<HTMLElement>("[data-card]")?.dataset.card;
    const task = id && findTask(readStore(client, projectId), id);
    if (!task) return;
    const isLetter = event.key.length === 1 && event.key !== " ";
    if (isLetter && !areSingleKeysOn()) return;
    const step = steps[event.key];
    if (event.key === " ") lift(task);
    else if (step && event.shiftKey && event.key.startsWith("Arrow")) moveNow(task, step);
    else if (step && !event.shiftKey) walk(task, step);
    else if (!isLetter || event.shiftKey || !act(task, event.key.toLowerCase())) return;
    event.preventDefault();
  };
}

/** What held keys do by themselves: Space scrolls, Enter opens the card that was just dropped. */
function keepHeld(event: KeyboardEvent) {
  if (event.key === " " || event.key === "Enter" || event.key.startsWith("Arrow")) event.preventDefault();
}
