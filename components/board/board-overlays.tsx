"use client";

import { useQueryClient } from "@tanstack/react-query";
import dynamic from "next/dynamic";
import { useBoard, useBoardState } from "@/components/board/board-provider.tsx";
import { keepFocus } from "@/components/board/focus-card.ts";
import { LazyManyTasks } from "@/components/many-tasks/lazy-many-tasks.tsx";
import { useShortcuts } from "@/components/shortcuts.ts";
import { columnIdOf } from "@/lib/client/columns.ts";
import { readStore } from "@/lib/client/tasks.ts";

const NewTask = dynamic(() => import("@/components/board/new-task.tsx").then((file) => file.NewTask), { ssr: false });
const CardMenu = dynamic(() => import("@/components/board/card-menu-overlay.tsx").then((file) => file.CardMenu), {
  ssr: false,
});
const WhyOverlay = dynamic(() => import("@/components/board/why-overlay.tsx").then((file) => file.WhyOverlay), {
  ssr: false,
});
const DependenciesOverlay = dynamic(
  () => import("@/components/board/dependencies-overlay.tsx").then((file) => file.DependenciesOverlay),
  { ssr: false },
);
const CardDialog = dynamic(() => import("@/components/board/card-dialog.tsx").then((file) => file.CardDialog), {
  ssr: false,
});

/** Everything that opens over the board; one at a time. */
export function BoardOverlays() {
  const { projectId, show, highlight } = useBoard();
  const { overlay } = useBoardState();
  const client = useQueryClient();
  useShortcuts([
    { id: "new-task", keys: "c", scope: "Board", label: "New task", handler: () => show({ kind: "new" }) },
    {
      id: "many-tasks",
      keys: "Shift+C",
      scope: "Board",
      label: "Several tasks",
      handler: () => show({ kind: "many" }),
    },
  ]);

  if (!overlay) return null;
  const close = () => {
    show(null);
    highlight(null);
    if (!("task" in overlay)) return;
    const now = readStore(client, projectId).byId[overlay.task.id];
    if (now) keepFocus(now.id, columnIdOf(now.status));
  };
  if (overlay.kind === "many") return <LazyManyTasks projectId={projectId} onClose={() => show(null)} />;
  if (overlay.kind === "new") return <NewTask {...overlay} onClose={() => show(null)} />;
  if (!("at" in overlay)) return <CardDialog overlay={overlay} onClose={close} />;
  const Shown = { menu: CardMenu, why: WhyOverlay, dependencies: DependenciesOverlay }[overlay.kind];
  return <Shown task={overlay.task} at={overlay.at} onClose={close} />;
}
