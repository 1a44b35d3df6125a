"use client";

import { useBoard } from "@/components/board/board-provider.tsx";
import { cardMenu } from "@/components/board/card-menu.tsx";
import type { Overlay, Point } from "@/components/board/dialogs.ts";
import { useMoves } from "@/components/board/use-moves.ts";
import { MenuSurface } from "@/components/ui/menu-surface.tsx";
import type { Task } from "@/lib/task/schema.ts";

interface CardMenuProps {
  task: Task;
  at: Point;
  onClose: () => void;
}

/** The card's menu where it was asked for: its button, a right click, Shift+F10. */
export function CardMenu({ task, at, onClose }: CardMenuProps) {
  const { hrefOf, openTask, show } = useBoard();
  const moves = useMoves();
  // The menu closes first and gives the focus back; what comes next opens after that.
  const next = (work: () => void) => setTimeout(work, 0);
  const entries = cardMenu(task, {
    href: hrefOf(task),
    open: () => next(() => openTask(task)),
    run: (verb) => next(() => moves.run(task, verb)),
    show: (overlay: Overlay) => next(() => show(overlay)),
  });
  return <MenuSurface at={at} label={`Actions for ${task.key}`} entries={entries} align="start" onClose={onClose} />;
}
