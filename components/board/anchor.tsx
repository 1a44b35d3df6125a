import type { ComponentProps } from "react";
import type { Point } from "@/components/board/dialogs.ts";

interface AnchorProps extends ComponentProps<"button"> {
  at: Point;
  label: string;
}

/** An invisible point that menus and notes hang on, so that no card carries one of its own. */
export function Anchor({ at, label, ...props }: AnchorProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      {...props}
      aria-label={label}
      style={{ left: at.x, top: at.y }}
      className="pointer-events-none fixed size-px opacity-0"
    />
  );
}
