"use client";

import * as Radix from "radix-ui/alert-dialog";
import type { ReactElement, ReactNode } from "react";
import { Button } from "@/components/ui/button.tsx";
import { cn } from "@/components/ui/class-names.ts";
import { dialogStyles, overlayStyles } from "@/components/ui/dialog-styles.ts";

interface AlertDialogProps {
  open?: boolean;
  onOpenChange?: (isOpen: boolean) => void;
  trigger?: ReactElement;
  /** A question that names the thing: `Delete 3 tasks?` */
  title: string;
  /** What is lost and what stays. */
  description: ReactNode;
  /** Says what it does: `Delete 3 tasks`. */
  confirmLabel: string;
  cancelLabel?: string;
  isDanger?: boolean;
  onConfirm: () => void;
  children?: ReactNode;
}

/** Only for what destroys work. Focus starts on the way back. */
export function AlertDialog({ open, onOpenChange, trigger, title, description, ...props }: AlertDialogProps) {
  const { confirmLabel, cancelLabel = "Cancel", isDanger = true, onConfirm, children } = props;
  return (
    <Radix.Root open={open} onOpenChange={onOpenChange}>
      {trigger && <Radix.Trigger asChild>{trigger}</Radix.Trigger>}
      <Radix.Portal>
        <Radix.Overlay className={overlayStyles} />
        <Radix.Content className={cn(dialogStyles, "max-w-md gap-2 p-4")}>
          <Radix.Title className="text-lg">{title}</Radix.Title>
          <Radix.Description asChild>
            <div className="text-base text-muted">{description}</div>
          </Radix.Description>
          {children}
          <div className="mt-3 flex flex-wrap justify-end gap-2">
            <Radix.Cancel asChild>
              <Button>{cancelLabel}</Button>
            </Radix.Cancel>
            <Radix.Action asChild>
              <Button variant={isDanger ? "danger" : "primary"} onClick={onConfirm}>
                {confirmLabel}
              </Button>
            </Radix.Action>
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
