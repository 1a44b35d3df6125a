import { CircleAlert } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";

interface UnsavedBarProps {
  /** Labels of the changed fields. */
  labels: readonly string[];
  /** Fields that were refused: label and the way to them. */
  wrong: readonly { name: string; label: string }[];
  /** What belongs to no field. */
  problem?: string;
  isSaving: boolean;
  onShow: (name: string) => void;
  onDiscard: () => void;
}

/** Stays in sight at the lower edge while something is not saved. Save is the form's submit button. */
export function UnsavedBar({ labels, wrong, problem, isSaving, onShow, onDiscard }: UnsavedBarProps) {
  const count = labels.length === 1 ? "1 unsaved change" : `${labels.length} unsaved changes`;
  return (
    <section
      aria-label="Unsaved changes"
      className="sticky bottom-0 z-sticky -mx-4 flex flex-wrap items-center gap-x-4 gap-y-2 border-border border-t bg-raised px-4 py-3 shadow-menu"
    >
      <div className="min-w-0 flex-1 basis-52 text-sm">
        <p>
          <span className="font-medium">{count}</span>
          <span className="text-muted">: {labels.join(", ")}</span>
        </p>
        {(problem || wrong.length > 0) && (
          <p role="alert" className="mt-0.5 flex flex-wrap items-center gap-x-2 text-danger text-xs">
            <CircleAlert aria-hidden className="size-3.5 shrink-0" />
            {problem ?? "Not saved. Correct:"}
            {wrong.map(({ name, label }) => (
              <button key={name} type="button" className="hit-area relative underline" onClick={() => onShow(name)}>
                {label}
              </button>
            ))}
          </p>
        )}
      </div>
      <div className="ms-auto flex gap-2">
        <Button onClick={onDiscard}>Discard</Button>
        <Button type="submit" variant="primary" isBusy={isSaving}>
          Save changes
        </Button>
      </div>
    </section>
  );
}
