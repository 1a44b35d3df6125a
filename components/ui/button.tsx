import * as Slot from "radix-ui/slot";
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
  /** Lends its look to the single child, for links. */
  asChild?: boolean;
}

export function Button({ variant, size, icon, isBusy = false, asChild = false, ...props }: ButtonProps) {
  const { className, children, onClick, type = "button", ...rest } = props;
  const look = cn(buttonStyles({ variant, size }), className);
  if (asChild) {
    return (
      <Slot.Root className={look} onClick={onClick} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  return (
    <button
      type={type}
      className={look}
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
