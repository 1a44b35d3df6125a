import type { ComponentProps } from "react";
import { type ButtonSize, type ButtonVariant, buttonStyles } from "@/components/ui/button-styles.ts";
import { cn } from "@/components/ui/class-names.ts";
import { Spinner } from "@/components/ui/spinner.tsx";
import { type TipSide, tipOf } from "@/components/ui/tip.ts";

interface IconButtonProps extends ComponentProps<"button"> {
  /** The accessible name; also shown in the tooltip. */
  label: string;
  /** In registry notation, such as `c` or `$mod+k`. */
  shortcut?: string;
  variant?: ButtonVariant;
  size?: ButtonSize;
  tooltipSide?: TipSide;
  isBusy?: boolean;
}

export function IconButton({ label, shortcut, variant = "ghost", size, tooltipSide, ...props }: IconButtonProps) {
  const { isBusy = false, className, children, onClick, ...rest } = props;
  return (
    <button
      type="button"
      aria-label={label}
      aria-busy={isBusy || undefined}
      className={cn(buttonStyles({ variant, size, isIcon: true }), className)}
      onClick={isBusy ? undefined : onClick}
      {...tipOf({ text: label, shortcut, side: tooltipSide })}
      {...rest}
    >
      {isBusy ? <Spinner /> : children}
    </button>
  );
}
