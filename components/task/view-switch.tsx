"use client";

import { cn } from "@/components/ui/class-names.ts";

type View = "transcript" | "raw";

const views = [
  { value: "transcript", label: "Transcript" },
  { value: "raw", label: "Raw log" },
] as const satisfies readonly { value: View; label: string }[];

/** What an agent did, or its output as it came. */
export function ViewSwitch({ view, onChange }: { view: View; onChange: (view: View) => void }) {
  return (
    <fieldset className="flex rounded-md border border-border bg-sunken p-0.5">
      <legend className="sr-only">Shown as</legend>
      {views.map(({ value, label }) => (
        <button
          key={value}
          type="button"
          aria-pressed={view === value}
          onClick={() => onChange(value)}
          className={cn(
            "hit-area relative h-6 rounded-sm px-2 text-muted text-xs hover:text-text",
            view === value && "bg-surface font-medium text-text",
          )}
        >
          {label}
        </button>
      ))}
    </fieldset>
  );
}
