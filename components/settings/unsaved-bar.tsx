import { CircleAlert } from "lucide-react";
import { Button } from "@/components/ui/button.tsx";

interface NamedField {
  name: string;
  label: string;
}

interface UnsavedBarProps {
  /** Labels of the changed fields. */
  labels: readonly string[];
  /** Fields that were refused. */
  wrong: readonly NamedField[];
  /** Fields that somebody else saved meanwhile. */
  conflicts: readonly NamedField[];
  /** What belongs to no field. */
  problem?: string;
  isSaving: boolean;
  onShow: (name: string) => void;
  onDiscard: () => void;
}

/** Stays in sight at the lower edge while something is not saved. Save is the form's submit button. */
export function UnsavedBar({ labels, wrong, conflicts, problem, isSaving, onShow, onDiscard }: UnsavedBarProps) {
  const count = labels.length === 1 ? "1 unsaved change" : `${labels.length} unsaved changes`;
  return (
    <section
      aria-label="Unsaved changes"
      className="sticky bottom-0 z-sticky -mx-4 flex flex-wrap items-center gap-x-4 gap-y-2 border-border border-t bg-raised px-4 py-3 shadow-menu"
    >
      {/* At the start: toasts come in at the lower end. */}
      <div className="flex gap-2">
        <Button type="submit" variant="primary" isBusy={isSaving}>
          Save changes
        </Button>
        <Button onClick={onDiscard}>Discard</Button>
      </div>
      <div className="min-w-0 flex-1 basis-52 text-sm">
        <p>
          <span className="font-medium">{count}</span>
          <span className="text-muted">: {labels.join(", ")}</span>
        </p>
        {problem && <Trouble words={`Not saved. ${problem}`} fields={[]} onShow={onShow} />}
        {wrong.length > 0 && <Trouble words="Not saved. Correct:" fields={wrong} onShow={onShow} />}
        {conflicts.length > 0 && <Trouble words="Somebody else saved meanwhile:" fields={conflicts} onShow={onShow} />}
      </div>
    </section>
  );
}

/** What is in the way, with the way to each field. */
function Trouble(props: { words: string; fields: readonly NamedField[]; onShow: (name: string) => void }) {
  return (
    <p role="alert" className="mt-0.5 flex flex-wrap items-center gap-x-2 text-danger text-xs">
      <CircleAlert aria-hidden className="size-3.5 shrink-0" />
      {props.words}
      {props.fields.map(({ name, label }) => (
        <button key={name} type="button" className="hit-area relative underline" onClick={() => props.onShow(name)}>
          {label}
        </button>
      ))}
    </p>
  );
}
