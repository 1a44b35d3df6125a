import type { OneCard } from "@/components/board/dialogs.ts";
import { TagEditor } from "@/components/task/tag-editor.tsx";
import { useSave } from "@/components/task/use-save.ts";
import { Dialog } from "@/components/ui/dialog.tsx";

export function TagsDialog({ task, onClose }: OneCard) {
  const save = useSave();
  return (
    <Dialog open onOpenChange={onClose} title={`Tags of ${task.key}`} size="sm">
      <TagEditor tags={task.tags} onSave={(tags) => save(task, { tags })} />
    </Dialog>
  );
}
