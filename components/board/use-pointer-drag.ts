"use client";

import { useQueryClient } from "@tanstack/react-query";
import { type RefObject, useEffect, useEffectEvent, useRef } from "react";
import { type Carry, useBoard } from "@/components/board/board-provider.tsx";
import type { DragActions } from "@/components/board/pointer-drag.ts";
import { useMoves } from "@/components/board/use-moves.ts";
import { columnIdOf } from "@/lib/client/columns.ts";
import { readStore } from "@/lib/client/tasks.ts";

const load = () => import("@/components/board/pointer-drag.ts");

/** A press may be over before the code for it is here: then it was a click, and what follows is no drag. */
function whileHeld(): { isHeld: () => boolean } {
  const over = new AbortController();
  const letGo = () => over.abort();
  for (const type of ["pointerup", "pointercancel"]) {
    document.addEventListener(type, letGo, { signal: over.signal, capture: true });
  }
  return { isHeld: () => !over.signal.aborted };
}

/** Dragging by pointer, caught in one place for all cards; its code comes after the first picture. A drop is a verb. */
export function usePointerDrag(board: RefObject<HTMLElement | null>): void {
  const { projectId, setCarry } = useBoard();
  const client = useQueryClient();
  const moves = useMoves();
  const held = useRef<Carry | null>(null);

  const carry = (next: Carry | null) => {
    held.current = next;
    setCarry(next);
  };
  const actions: DragActions = {
    lift: (taskId) => {
      const task = readStore(client, projectId).byId[taskId];
      if (!task) return null;
      const home = columnIdOf(task.status);
      carry({ task, target: home, index: null, how: "pointer" });
      return home;
    },
    move: ({ column, index }) => {
      const last = held.current;
      if (!last) return;
      const target = column ?? columnIdOf(last.task.status);
      if (last.target !== target || last.index !== index) carry({ ...last, target, index });
    },
    unfold: (column) => {
      const last = held.current;
      if (last) carry({ ...last, unfolded: [...(last.unfolded ?? []), column] });
    },
    drop: () => {
      const last = held.current;
      carry(null);
      if (last) moves.drop(last.task, last.target, last.index);
    },
    cancel: () => carry(null),
  };

  const onPress = useEffectEvent((event: PointerEvent) => {
    if (event.button !== 0 || !event.isPrimary || !(event.target instanceof Element)) return;
    const card = event.target.closest<HTMLElement>("[data-card]");
    if (!card || event.target.closest("button")) return;
    const press = whileHeld();
    void load().then(({ watchPress }) => press.isHeld() && watchPress(event, card, actions));
  });

  useEffect(() => {
    const root = board.current;
    const timer = setTimeout(load, 1500);
    const onPointerDown = (event: PointerEvent) => onPress(event);
    root?.addEventListener("pointerdown", onPointerDown);
    return () => {
      clearTimeout(timer);
      root?.removeEventListener("pointerdown", onPointerDown);
    };
  }, [board]);
}
