import type { Completion } from "@/components/chat/complete.ts";
import { cn } from "@/components/ui/class-names.ts";
import { menuItemStyles, menuSurfaceStyles } from "@/components/ui/menu-styles.ts";

interface CompletionPopupProps {
  id: string;
  label: string;
  items: readonly Completion[];
  /** -1: none yet. */
  active: number;
  onPick: (item: Completion) => void;
}

/** What the word may become, above the text field. The focus stays in the field, which names the active line. */
export function CompletionPopup({ id, label, items, active, onPick }: CompletionPopupProps) {
  return (
    <div
      id={id}
      role="listbox"
      aria-label={label}
      className={cn(menuSurfaceStyles, "absolute inset-x-3 bottom-full mb-1 max-h-72! max-w-none!")}
    >
      {items.map((item, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field handles the keys
        <div
          key={item.insert}
          id={optionId(id, index)}
          role="option"
          aria-selected={index === active}
          tabIndex={-1}
          data-highlighted={index === active ? "" : undefined}
          ref={index === active ? scrollIntoView : undefined}
          // A press would take the focus out of the field.
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onPick(item)}
          className={cn(menuItemStyles, "flex-wrap gap-y-0 hover:bg-selected")}
        >
          <span className="font-mono text-mono-sm">{item.label}</span>
          {item.usage && (
            <span className="min-w-0 font-mono text-mono-sm text-subtle [overflow-wrap:anywhere]">{item.usage}</span>
          )}
          {item.detail && <span className={cn("text-muted text-xs", item.usage && "basis-full")}>{item.detail}</span>}
        </div>
      ))}
    </div>
  );
}

export const optionId = (listId: string, index: number): string => `${listId}-${index}`;

const scrollIntoView = (line: HTMLElement | null) => line?.scrollIntoView({ block: "nearest" });
