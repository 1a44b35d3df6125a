"use client";

import "./globals.css";

interface GlobalErrorProps {
  error: Error & { digest?: string };
  reset: () => void;
}

/** The last resort, when the root layout itself failed: stands on nothing but the style sheet. */
export default function GlobalError({ error, reset }: GlobalErrorProps) {
  return (
    <html lang="en">
      <body>
        <title>Error - Runboard</title>
        <main className="mx-auto flex min-h-dvh max-w-md flex-col items-start justify-center gap-3 p-6">
          <h1 className="text-xl">Runboard could not be shown</h1>
          <p className="text-base text-muted">Nothing was changed; running tasks go on. Retry, or reload the page.</p>
          <button
            type="button"
            onClick={reset}
            className="h-control rounded-md border border-border-strong bg-surface px-3 font-medium text-sm"
          >
            Retry
          </button>
          {error.digest && <p className="font-mono text-subtle text-xs">{error.digest}</p>}
        </main>
      </body>
    </html>
  );
}
