"use client";

import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button.tsx";
import { CopyButton } from "@/components/ui/copy-button.tsx";

interface ErrorCardProps {
  /** What failed: `Could not load the board`. */
  title: string;
  /** Why, what was kept, what to do. */
  children?: ReactNode;
  onRetry?: () => void;
  /** Finds the error in the server's log. */
  requestId?: string;
}

/** Takes the place of the region that failed; the rest of the page stays alive. */
export function ErrorCard({ title, children, onRetry, requestId }: ErrorCardProps) {
  return (
    <div
      role="alert"
      className="mx-auto my-8 flex w-full max-w-lg flex-col gap-2 rounded-lg border border-border bg-surface p-4"
    >
      <p className="flex items-center gap-2 font-medium text-base text-danger">
        <CircleAlert aria-hidden className="size-4 shrink-0" />
        {title}
      </p>
      {children && <div className="text-base text-muted">{children}</div>}
      <div className="mt-1 flex items-center gap-2">
        {onRetry && <Button onClick={onRetry}>Retry</Button>}
        {requestId && (
          <span className="ms-auto flex items-center gap-1 font-mono text-subtle text-xs">
            {requestId}
            <CopyButton label="Copy request id" text={requestId} />
          </span>
        )}
      </div>
    </div>
  );
}
