import { useLeaveGuard } from "@/components/settings/use-leave-guard.ts";
import { AlertDialog } from "@/components/ui/alert-dialog.tsx";

interface LeaveDialogProps {
  /** What is not saved. */
  labels: readonly string[];
  onDiscard: () => void;
}

export function LeaveDialog({ labels, onDiscard }: LeaveDialogProps) {
  const guard = useLeaveGuard(labels.length > 0);
  return (
    <AlertDialog
      open={guard.isAsking}
      onOpenChange={(isOpen) => !isOpen && guard.stay()}
      title="Leave without saving?"
      description={`These changes are not saved: ${labels.join(", ")}.`}
      confirmLabel="Discard changes"
      cancelLabel="Stay here"
      onConfirm={() => {
        onDiscard();
        guard.leave();
      }}
    />
  );
}
