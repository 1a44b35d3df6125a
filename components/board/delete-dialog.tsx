import type { OneCard } from "@/components/board/dialogs.ts";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";
import { useDeleteTask } from "@/lib/client/mutations.ts";

export function DeleteDialog({ task, onClose }: OneCard) {
  const remove = useDeleteTask();
  return (
    <AlertDialog
      open
      onOpenChange={(isOpen) => !isOpen && onClose()}
      title={`Delete ${task.key}?`}
      description={`"${task.title}", its sessions and their logs are deleted. Branches in the repository stay.`}
      confirmLabel={`Delete ${task.key}`}
      onConfirm={() => remove.mutate(task)}
    />
  );
}
