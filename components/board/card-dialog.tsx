"use client";

import type { ComponentType } from "react";
import { DeleteDialog } from "@/components/board/delete-dialog.tsx";
import { DependsDialog } from "@/components/board/depends-dialog.tsx";
import type { CardOverlay, OneCard } from "@/components/board/dialogs.ts";
import { MoveDialog } from "@/components/board/move-dialog.tsx";
import { PriorityDialog } from "@/components/board/priority-dialog.tsx";
import { RequestChanges } from "@/components/board/request-changes.tsx";
import { TagsDialog } from "@/components/board/tags-dialog.tsx";
import { useMoves } from "@/components/board/use-moves.ts";
import { useTasks } from "@/lib/client/tasks.ts";

const dialogs: Record<CardOverlay["kind"], ComponentType<OneCard>> = {
  move: MoveDialog,
  priority: PriorityDialog,
  tags: TagsDialog,
  depends: DependsDialog,
  feedback: RequestChanges,
  delete: DeleteDialog,
};

/** The dialogs that ask one thing about one card, as it is now. */
export function CardDialog({ overlay, onClose }: { overlay: CardOverlay; onClose: () => void }) {
  const { byId } = useTasks(overlay.task.projectId);
  const moves = useMoves();
  const Shown = dialogs[overlay.kind];
  return <Shown task={byId[overlay.task.id] ?? overlay.task} moves={moves} onClose={onClose} />;
}
