import { noteLines } from "@/components/board/autonomous-words.ts";
import { CloseButton } from "@/components/ui/close-button.tsx";
import type { Project } from "@/lib/project/schema.ts";

/** Hangs below the button, over the page and never over a panel. */
export function AutonomousNote({ project, onClose }: { project: Project; onClose: () => void }) {
  const [title, ...facts] = noteLines(project);
  return (
    <section
      aria-label="About autonomous mode"
      className="absolute end-0 top-full z-dock mt-2 w-80 max-w-[calc(100vw-1.5rem)] rounded-lg border border-border bg-raised p-3 pe-9 text-sm shadow-menu"
    >
      <p className="font-medium">{title}</p>
      <ul className="mt-1 flex list-disc flex-col gap-1 ps-4 text-muted">
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
      <div className="absolute end-1 top-1">
        <CloseButton onClick={onClose} />
      </div>
    </section>
  );
}
