"use client";

import { Plus } from "lucide-react";
import { useBoard } from "@/components/board/board-provider.tsx";
import { bottomItemStyles } from "@/components/frame/bottom-bar.tsx";

export function NewTaskBottomButton() {
  const { show } = useBoard();
  return (
    <button type="button" className={bottomItemStyles} onClick={() => show({ kind: "new" })}>
      <Plus aria-hidden />
      New
    </button>
  );
}
