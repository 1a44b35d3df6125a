import type { ReactNode } from "react";

/** A number with its name: `CPU 0.4 of 1 core`. */
export function Amount({ name, children }: { name: string; children: ReactNode }) {
  return (
    <span className="whitespace-nowrap text-muted text-xs tabular-nums">
      <span className="text-subtle">{name}</span> {children}
    </span>
  );
}
