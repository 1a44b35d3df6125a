import { useEffect, useRef } from "react";
import { Button } from "@/components/ui/button.tsx";

interface RuleFailureProps {
  message: string;
  /** Somebody else changed the rule meanwhile. */
  isConflict: boolean;
  isReading: boolean;
  onReload: () => void;
}

/** Why a rule was not saved, where that is about no field. Takes the focus: it may be out of sight. */
export function RuleFailure({ message, isConflict, isReading, onReload }: RuleFailureProps) {
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => element.current?.focus(), []);
  return (
    <div
      ref={element}
      role="alert"
      tabIndex={-1}
      className="flex flex-wrap items-center justify-between gap-2 rounded-md bg-danger-tint px-3 py-2 text-danger text-sm"
    >
      <p className="min-w-0 [overflow-wrap:anywhere]">
        {message}{" "}
        {isConflict ? "Save again to put yours in its place, or reload it and lose yours." : "What you wrote is kept."}
      </p>
      {isConflict && (
        <Button size="sm" isBusy={isReading} onClick={onReload}>
          Reload
        </Button>
      )}
    </div>
  );
}
