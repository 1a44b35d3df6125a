import type { ComponentProps, ReactNode } from "react";
import { type ButtonSize, type ButtonVariant, buttonStyles } from "@/components/ui/button-styles.ts";
import { cn } from "@/components/ui/class-names.ts";
import { Spinner } from "@/components/ui/spinner.tsx";

interface ButtonProps extends ComponentProps<"button"> {
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: ReactNode;
  /** Under way: a spinner takes the icon's place, presses do nothing, focus stays. */
  isBusy?: boolean;
}

/** For what leads to another page, see `LinkButton`. */
export function Button({ variant, size, icon, isBusy = false, ...props }: ButtonProps) {
  const { className, children, onClick, type = "button", ...rest } = props;
  return (
    <button
      type={type}
      className={cn(buttonStyles({ variant, size }), className)}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? (event) => event.preventDefault() : onClick}
      {...rest}
    >
      {isBusy ? <Spinner /> : icon}
      {children}
    </button>
  );
}
