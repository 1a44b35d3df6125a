import { X } from "lucide-react";
import type { ComponentProps } from "react";
import { buttonStyles } from "@/components/ui/button-styles.ts";

/** Closes what it stands in. Its hint is a plain title: a tooltip of ours would take the first Escape for itself. */
export function CloseButton(props: ComponentProps<"button">) {
  return (
    <button
      type="button"
      aria-label="Close"
      title="Close (Esc)"
      {...props}
      className={buttonStyles({ variant: "ghost", size: "sm", isIcon: true })}
    >
      <X aria-hidden />
    </button>
  );
}
