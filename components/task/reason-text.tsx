import { ClockTime } from "@/components/ui/clock-time.tsx";
import type { Reason } from "@/lib/task/schema.ts";

/** One reason why a task is not running: the same words on the task, on its card and in the queue. */
export function ReasonText({ reason }: { reason: Reason }) {
  return (
    <>
      {reason.message}
      {reason.until && (
        <>
          {" "}
          Until <ClockTime at={reason.until} />.
        </>
      )}
    </>
  );
}
