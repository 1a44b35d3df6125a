"use client";

import type { KeyboardEvent } from "react";
import { type Carry, useBoard } from "@/components/board/board-provider.tsx";
import { clamp, type Step, steps } from "@/components/board/card-steps.ts";
import { describePlan, planDrop } from "@/components/board/drop-rules.ts";
import { useMoves } from "@/components/board/use-moves.ts";
import { useShownTasks } from "@/components/board/use-shown-tasks.ts";
import { announce } from "@/lib/client/announce.ts";
import { type ColumnId, columnIdOf, columnOf } from "@/lib/client/columns.ts";
import type { Task } from "@/lib/task/schema.ts";

/** A card in the hand by keyboard: arrows choose the place and say what a drop there would do. */
export function useCarryKeys(shown: readonly ColumnId[]) {
  const { setCarry } = useBoard();
  const moves = useMoves();
  const listOf = useShownTasks();

  const lift = (task: Task) => {
    const home = columnIdOf(task.status);
    const list = listOf(home);
    const index = list.findIndex(({ id }) => id === task.id);
    setCarry({ task, target: home, index, how: "keyboard" });
    announce(
      `${task.key} lifted. Position ${index + 1} of ${list.length} in ${columnOf(home).label}. Arrow keys to move, Space to drop, Escape to cancel.`,
    );
  };

  const carryBy = (held: Carry, [dx, dy]: Step) => {
    const home = columnIdOf(held.task.status);
    const target = shown[clamp(shown.indexOf(held.target) + dx, shown.length)]!;
    const count = listOf(home).length;
    const from = held.index ?? listOf(home).findIndex(({ id }) => id === held.task.id);
    const index = target === home ? clamp(from + dy, count) : null;
    setCarry({ ...held, target, index });
    const plan = planDrop(held.task, target);
    const isMovedWithin = dy !== 0 && target === home && plan.kind === "reorder";
    announce(isMovedWithin ? `Position ${index! + 1} of ${count}.` : describePlan(plan, target));
  };

  const onCarryKey = (event: KeyboardEvent, held: Carry) => {
    const step = steps[event.key];
    if (event.key === "Escape") {
      setCarry(null);
      announce(`Move cancelled. ${held.task.key} is back in ${columnOf(columnIdOf(held.task.status)).label}.`);
    } else if (event.key === " " || event.key === "Enter") {
      setCarry(null);
      moves.drop(held.task, held.target, held.index);
    } else if (event.key === "Home" || event.key === "End") carryBy(held, [0, event.key === "Home" ? -1e6 : 1e6]);
    else if (step) carryBy(held, step);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  return { lift, onCarryKey };
}
