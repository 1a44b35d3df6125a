"use client";

import {
  DndContext,
  type DragMoveEvent,
  DragOverlay,
  type DragStartEvent,
  MouseSensor,
  pointerWithin,
  TouchSensor,
  useDraggable,
  useDroppable,
  useSensor,
  useSensors,
} from "@dnd-kit/core";
import type { ReactNode } from "react";
import { useBoard, useBoardState } from "@/components/board/board-provider.tsx";
import { Card } from "@/components/board/card.tsx";
import { useMoves } from "@/components/board/use-moves.ts";
import { type ColumnId, columnIdOf } from "@/lib/client/columns.ts";
import type { Task } from "@/lib/task/schema.ts";

/** Dragging by pointer, all of it. Keys have their own way of carrying; a drop means the same in both. */
export function DragArea({ children }: { children: ReactNode }) {
  const { setCarry } = useBoard();
  const { carry } = useBoardState();
  const moves = useMoves();
  const sensors = useSensors(
    useSensor(MouseSensor, { activationConstraint: { distance: 6 } }),
    useSensor(TouchSensor, { activationConstraint: { delay: 220, tolerance: 8 } }),
  );

  const start = ({ active }: DragStartEvent) => {
    const task = active.data.current?.task as Task;
    setCarry({ task, target: columnIdOf(task.status), index: null, how: "pointer" });
  };
  const move = ({ active, over, activatorEvent, delta }: DragMoveEvent) => {
    const task = active.data.current?.task as Task;
    const target = (over?.id as ColumnId | undefined) ?? columnIdOf(task.status);
    const isHome = target === columnIdOf(task.status);
    const index = isHome && over ? indexAt(target, task.id, startY(activatorEvent) + delta.y) : null;
    if (carry?.target !== target || carry.index !== index) setCarry({ task, target, index, how: "pointer" });
  };
  const end = () => {
    setCarry(null);
    if (carry) moves.drop(carry.task, carry.target, carry.index);
  };

  return (
    <DndContext
      sensors={sensors}
      collisionDetection={pointerWithin}
      onDragStart={start}
      onDragMove={move}
      onDragEnd={end}
      onDragCancel={() => setCarry(null)}
      accessibility={{ announcements: silent, screenReaderInstructions: { draggable: "" } }}
    >
      {children}
      <DragOverlay dropAnimation={null}>
        {carry?.how === "pointer" && (
          <div className="rotate-1 cursor-grabbing rounded-lg shadow-card">
            <Card task={carry.task} isOpen />
          </div>
        )}
      </DragOverlay>
    </DndContext>
  );
}

/** We speak through the app's own live region, and only for keys. */
const none = () => undefined;
const silent = { onDragStart: none, onDragOver: none, onDragEnd: none, onDragCancel: none };

export function Draggable({ task, children }: { task: Task; children: ReactNode }) {
  const { setNodeRef, listeners } = useDraggable({ id: task.id, data: { task } });
  return (
    <div ref={setNodeRef} {...listeners} className="touch-manipulation select-none">
      {children}
    </div>
  );
}

export const useColumnDrop = (column: ColumnId) => useDroppable({ id: column });

/** Among the other cards of a column, the place under the pointer. */
function indexAt(column: ColumnId, taskId: string, y: number): number | null {
  const list = document.querySelector(`[data-column="${column}"] [data-list]`);
  const rows = [...(list?.querySelectorAll<HTMLElement>("[data-row]") ?? [])].filter(
    (row) => row.dataset.row !== taskId,
  );
  if (rows.length === 0) return null;
  const below = rows.findIndex((row) => {
    const { top, height } = row.getBoundingClientRect();
    return y < top + height / 2;
  });
  const first = Number(rows[0]?.dataset.index ?? 0);
  return first + (below === -1 ? rows.length : below);
}

function startY(event: Event): number {
  if (event instanceof MouseEvent) return event.clientY;
  return (event as TouchEvent).touches?.[0]?.clientY ?? 0;
}
