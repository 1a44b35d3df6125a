"use client";

import { CircleAlert, Info, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { roleText, roleTint } from "@/components/state.ts";
import { cn } from "@/components/ui/class-names.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";

export interface StripMessage {
  role: "neutral" | "attention" | "danger";
  text: ReactNode;
  /** Small buttons, such as Retry. */
  actions?: ReactNode;
  /** Left out for the connection: it goes away by itself. */
  onDismiss?: () => void;
}

const icons = { neutral: Info, attention: TriangleAlert, danger: CircleAlert };

/** The one message over the page, the most important one; nothing at all when there is nothing to say. */
export function StatusStrip({ message }: { message: StripMessage | null }) {
  return (
    <>
      <div role="status">{message && message.role !== "danger" && <Message {...message} />}</div>
      <div role="alert">{message?.role === "danger" && <Message {...message} />}</div>
    </>
  );
}

function Message({ role, text, actions, onDismiss }: StripMessage) {
  const Icon = icons[role];
  return (
    <div
      className={cn(
        "flex min-h-7 flex-wrap items-center gap-x-3 gap-y-1 border-border border-b px-3 py-0.5 text-xs sm:px-4",
        roleText[role],
        roleTint[role],
      )}
    >
      <span className="flex min-w-0 items-center gap-1.5">
        <Icon aria-hidden className="size-3.5 shrink-0" />
        {text}
      </span>
      {actions}
      {onDismiss && (
        <IconButton label="Dismiss" size="sm" className="ms-auto h-6! text-inherit!" onClick={onDismiss}>
          <X aria-hidden />
        </IconButton>
      )}
    </div>
  );
}
