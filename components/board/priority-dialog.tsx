import { Choice } from "@/components/board/choice.tsx";
import type { OneCard } from "@/components/board/dialogs.ts";
import { Dialog } from "@/components/ui/dialog.tsx";
import { PriorityGlyph, priorities, priorityLabels } from "@/components/ui/priority-glyph.tsx";

export function PriorityDialog({ task, moves, onClose }: OneCard) {
  return (
    <Dialog open onOpenChange={onClose} title={`Priority of ${task.key}`} size="sm">
      <ul className="flex flex-col gap-0.5">
        {priorities.slice(0, 5).map((priority, value) => (
          <li key={priority}>
            <Choice
              isCurrent={task.priority === value}
              onPress={() => {
                onClose();
                moves.setPriority(task, value);
              }}
            >
              <PriorityGlyph priority={priority} isDecorative />
              {priorityLabels[priority]}
            </Choice>
          </li>
        ))}
      </ul>
    </Dialog>
  );
}
