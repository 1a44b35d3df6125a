import { Choice } from "@/components/board/choice.tsx";
import type { OneCard } from "@/components/board/dialogs.ts";
import { planDrop } from "@/components/board/drop-rules.ts";
import { Dialog } from "@/components/ui/dialog.tsx";
import { columnIdOf, columns } from "@/lib/client/columns.ts";

/** The way without dragging: every column, what it would do, or why not. */
export function MoveDialog({ task, moves, onClose }: OneCard) {
  const targets = columns.filter(({ id }) => id !== columnIdOf(task.status));
  return (
    <Dialog open onOpenChange={onClose} title={`Move ${task.key} to...`} size="sm">
      <ul className="flex flex-col gap-0.5">
        {targets.map(({ id, label }) => {
          const plan = planDrop(task, id);
          const isRefused = plan.kind === "refused";
          return (
            <li key={id}>
              <Choice
                isDisabled={isRefused}
                onPress={() => {
                  onClose();
                  moves.drop(task, id, null);
                }}
              >
                <span className="font-medium">{label}</span>
                <span className="ms-auto text-end text-muted text-xs">
                  {plan.kind === "verb" ? plan.label : "reason" in plan ? plan.reason : plan.label}
                </span>
              </Choice>
            </li>
          );
        })}
      </ul>
    </Dialog>
  );
}
