"use client";

import { ChevronDown } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button.tsx";
import type { ButtonSize, ButtonVariant } from "@/components/ui/button-styles.ts";
import { DropdownMenu } from "@/components/ui/dropdown-menu.tsx";
import { IconButton } from "@/components/ui/icon-button.tsx";
import type { MenuEntry } from "@/components/ui/menu-entry.ts";

interface SplitButtonProps {
  children: ReactNode;
  onClick: () => void;
  /** The accessible name of the main half, when its text is not enough. */
  label?: string;
  /** The accessible name of the arrow. */
  menuLabel: string;
  entries: readonly MenuEntry[];
  variant?: ButtonVariant;
  size?: ButtonSize;
  icon?: ReactNode;
  isBusy?: boolean;
  className?: string;
}

/** A button with a menu of its less usual forms. */
export function SplitButton({ children, onClick, label, menuLabel, entries, ...props }: SplitButtonProps) {
  const { variant = "secondary", size, icon, isBusy, className } = props;
  return (
    <span className="inline-flex shrink-0">
      <Button
        variant={variant}
        size={size}
        icon={icon}
        isBusy={isBusy}
        aria-label={label}
        onClick={onClick}
        className={`rounded-e-none focus-visible:z-sticky ${className ?? ""}`}
      >
        {children}
      </Button>
      <DropdownMenu entries={entries}>
        <IconButton
          label={menuLabel}
          variant={variant}
          size={size}
          className="-ms-px aspect-auto w-7 rounded-s-none border-s-surface focus-visible:z-sticky"
        >
          <ChevronDown aria-hidden />
        </IconButton>
      </DropdownMenu>
    </span>
  );
}
