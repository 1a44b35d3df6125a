"use client";

import * as Radix from "radix-ui/dialog";
import type { ReactElement, ReactNode } from "react";
import { cn } from "@/components/ui/class-names.ts";
import { CloseButton } from "@/components/ui/close-button.tsx";
import { dialogStyles, overlayStyles, sheetStyles } from "@/components/ui/dialog-styles.ts";

interface DialogProps {
  open?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  /** A button that opens it and gets the focus back. */
  trigger?: ReactElement;
  title: string;
  description?: ReactNode;
  size?: "sm" | "md" | "lg";
  /** `sheet` rises from the lower edge: for phones. */
  shape?: "dialog" | "sheet";
  /** Buttons at the foot, main one last. */
  footer?: ReactNode;
  children?: ReactNode;
}

const widths = { sm: "max-w-sm", md: "max-w-lg", lg: "max-w-3xl" };

/** Focus goes in, is held, and returns to the opener. Never open one from inside another. */
export function Dialog({ open, onOpenChange, trigger, title, description, ...props }: DialogProps) {
  const { size = "md", shape = "dialog", footer, children } = props;
  const surface = shape === "sheet" ? sheetStyles : cn(dialogStyles, widths[size]);
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <Radix.Overlay className={overlayStyles} />
        <Radix.Content className={surface} {...(!description && { "aria-describedby": undefined })}>
          <header className="py-3 ps-4 pe-12">
            <Radix.Title className="text-lg">{title}</Radix.Title>
            {description && <Radix.Description className="text-muted text-sm">{description}</Radix.Description>}
          </header>
          <div className="min-h-0 flex-1 overflow-y-auto px-4 pt-1 pb-4">{children}</div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-2 border-border border-t px-4 py-3">{footer}</footer>
          )}
          {/* Last, so that the focus starts in the content. */}
          <div className="absolute end-2 top-2.5">
            <Radix.Close asChild>
              <CloseButton />
            </Radix.Close>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
