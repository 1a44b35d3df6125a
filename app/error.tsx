"use client";

import { ErrorCard } from "@/components/error-card.tsx";

interface ErrorPageProps {
  error: Error & { digest?: string };
  /** Reads the page anew. */
  retry: () => void;
}

export default function ErrorPage({ error, retry }: ErrorPageProps) {
  return (
    <main id="main" tabIndex={-1} className="min-h-dvh p-4">
      <h1 className="sr-only">Error</h1>
      <ErrorCard title="Could not show this page" onRetry={retry} requestId={error.digest}>
        Nothing was changed; running tasks go on. Retry, and if it fails again look up the id below in the server's log.
      </ErrorCard>
    </main>
  );
}
