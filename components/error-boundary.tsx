"use client";

import { catchError, type ErrorInfo } from "next/error";
import { ErrorCard } from "@/components/error-card.tsx";

interface ErrorBoundaryProps {
  /** What failed: `Could not show the chat`. */
  title: string;
  /** Of the box around the card, which takes the place of what failed. */
  className?: string;
}

/** A region that fails alone: what cannot be drawn in it leaves the rest of the page as it is. */
export const ErrorBoundary = catchError(({ title, className }: ErrorBoundaryProps, { reset }: ErrorInfo) => (
  <div className={className}>
    <ErrorCard title={title} onRetry={reset}>
      Nothing was changed; running tasks go on. Retry, and if it fails again reload the page.
    </ErrorCard>
  </div>
));
