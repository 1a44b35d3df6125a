import { Button } from "@/components/ui/button.tsx";

/** In place of the tasks that the server did not send. */
export function MoreFailed({ onRetry }: { onRetry: () => void }) {
  return (
    <p role="alert" className="flex flex-wrap items-center gap-2 p-2 text-danger text-sm">
      Could not load more.
      <Button size="sm" onClick={onRetry}>
        Retry
      </Button>
    </p>
  );
}
