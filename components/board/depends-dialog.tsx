import { useBoard } from "@/components/board/board-provider.tsx";
import type { OneCard } from "@/components/board/dialogs.ts";
import { DependenciesSection } from "@/components/task/dependencies-section.tsx";
import { Dialog } from "@/components/ui/dialog.tsx";

/** What a card waits for and what waits for it, without leaving the board. */
export function DependsDialog({ task, onClose }: OneCard) {
  const { projectKey } = useBoard();
  return (
    <Dialog open onOpenChange={onClose} title={`What ${task.key} depends on`}>
      <div className="min-h-64">
        <DependenciesSection task={task} projectKey={projectKey} />
      </div>
    </Dialog>
  );
}
