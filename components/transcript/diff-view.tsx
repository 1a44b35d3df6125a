import { type DiffLine, diffLines } from "@/components/transcript/line-diff.ts";
import type { ToolItem } from "@/components/transcript/transcript-item.ts";
import { cn } from "@/components/ui/class-names.ts";

const looks: Record<DiffLine["kind"], { sign: string; className: string }> = {
  same: { sign: " ", className: "" },
  added: { sign: "+", className: "bg-diff-added" },
  removed: { sign: "-", className: "bg-diff-removed" },
  gap: { sign: "", className: "text-subtle italic" },
};

/** How a tool changed a file: signs as well as tints. */
export function DiffView({ change: { path, before, after } }: { change: ToolItem["changes"][number] }) {
  const lines = diffLines(before, after);
  const count = (kind: DiffLine["kind"]) => lines.filter((line) => line.kind === kind).length;
  return (
    <section
      aria-label={`Changes of ${path}`}
      className="overflow-hidden rounded-md border border-border font-mono text-mono-sm"
    >
      <div className="flex flex-wrap items-center gap-x-3 border-border border-b bg-sunken px-2.5 py-1">
        <span className="min-w-0 break-all">{path}</span>
        <span className="text-muted">
          {before === null && "new file "}+{count("added")} -{count("removed")}
        </span>
      </div>
      <section
        aria-label={`Lines of ${path}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        className="max-h-80 overflow-auto bg-surface py-1 -outline-offset-2"
      >
        <div className="w-max min-w-full">
          {lines.map(({ kind, text }, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
            <div key={index} className={cn("flex whitespace-pre pe-3", looks[kind].className)}>
              <span className="w-6 shrink-0 select-none text-center text-muted">{looks[kind].sign}</span>
              {text}
            </div>
          ))}
        </div>
      </section>
    </section>
  );
}
