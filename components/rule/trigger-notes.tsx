import Link from "next/link";
import { taskStates } from "@/components/state.ts";
import { ClockTime } from "@/components/ui/clock-time.tsx";
import type { Trigger } from "@/lib/rule/schema.ts";
import type { TaskStatus } from "@/lib/task/machine.ts";

/** Why there is no task, what it came of, and whether the result stands in the document. */
export function TriggerNotes({ trigger }: { trigger: Trigger }) {
  const { message, heldUntil, cause, depth, writtenBack, writeError } = trigger;
  return (
    <>
      {message !== null && (
        <p className="text-sm [overflow-wrap:anywhere]">
          {message}
          {heldUntil !== null && (
            <>
              {" "}
              Held until <ClockTime at={heldUntil} />.
            </>
          )}
        </p>
      )}
      {(cause !== null || depth > 1) && (
        <p className="text-muted text-xs">
          Came of{" "}
          {cause === null ? (
            "a task"
          ) : (
            <Link href={`/p/${cause.key.slice(0, cause.key.lastIndexOf("-"))}/t/${cause.key}`} className="underline">
              {cause.key}
            </Link>
          )}
          {depth > 1 && `, no. ${depth} of a chain`}
        </p>
      )}
      {writtenBack !== null && (
        <p className="text-muted text-xs">Written back into the document: {standing(writtenBack)}</p>
      )}
      {writeError !== null && <p className="text-attention text-xs">Not written back. {writeError}</p>}
    </>
  );
}

/** `COMPLETED 1`: a status, and after how many attempts. */
const standing = (written: string) => taskStates[written.split(" ")[0] as TaskStatus]?.label ?? written;
