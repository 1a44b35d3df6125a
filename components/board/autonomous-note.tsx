import { CloseButton } from "@/components/ui/close-button.tsx";
import type { Project } from "@/lib/project/schema.ts";

/** Once per project: what has just been started and how to stop it. In nobody's way. */
export function AutonomousNote({ project, onClose }: { project: Project; onClose: () => void }) {
  const limit = project.settings.maxConcurrentSessions;
  return (
    <section
      aria-label="About autonomous mode"
      className="absolute end-0 top-full z-dock mt-2 w-80 max-w-[calc(100vw-1.5rem)] rounded-lg border border-border bg-raised p-3 pe-9 text-sm shadow-menu"
    >
      <p className="font-medium">Approved tasks now run by themselves.</p>
      <ul className="mt-1 flex list-disc flex-col gap-1 ps-4 text-muted">
        <li>A task starts when everything it depends on is completed.</li>
        <li>{limit === 1 ? "One runs at a time." : `Up to ${limit} run at the same time.`} Drafts never run.</li>
        <li>Each works in its own clone, on its own branch of {project.baseBranch}.</li>
        <li>Press the button again to stop; what runs then will finish.</li>
      </ul>
      <div className="absolute end-1 top-1">
        <CloseButton onClick={onClose} />
      </div>
    </section>
  );
}
