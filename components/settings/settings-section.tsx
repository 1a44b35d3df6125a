import type { ReactNode } from "react";
import type { Section } from "@/components/settings/sections.ts";

/** One section of the page, with the address `#id`. */
export function SettingsSection({ section, children }: { section: Section; children: ReactNode }) {
  const { id, title, help } = section;
  return (
    <section id={id} aria-labelledby={`${id}-title`} tabIndex={-1} className="scroll-mt-4 outline-none">
      <h2 id={`${id}-title`} className="text-lg">
        {title}
      </h2>
      {help && <p className="text-muted text-sm">{help}</p>}
      <div className="mt-4 flex flex-col gap-5">{children}</div>
    </section>
  );
}
