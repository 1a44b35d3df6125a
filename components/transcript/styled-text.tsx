import { styledLines } from "@/components/transcript/plain-text.ts";
import { cn } from "@/components/ui/class-names.ts";

interface StyledTextProps {
  label: string;
  text: string;
  className?: string;
}

/** What a tool was given or wrote, in a box that scrolls. Of control sequences only colour and style survive. */
export function StyledText({ label, text, className }: StyledTextProps) {
  return (
    <section
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
      tabIndex={0}
      className={cn(
        "max-h-72 overflow-auto whitespace-pre-wrap rounded-md border border-border bg-log px-2.5 py-1.5 font-mono text-mono-sm -outline-offset-2 [overflow-wrap:anywhere]",
        className,
      )}
    >
      {styledLines(text).map(({ spans }, line) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines have no identity but their place
        <div key={line} className="min-h-[1.125rem]">
          {spans.map((span, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: nor have spans
            <span key={index} className={span.className || undefined}>
              {span.text}
            </span>
          ))}
        </div>
      ))}
    </section>
  );
}
