import type { Task } from "@/lib/task/schema.ts";

type Tried = Pick<Task, "status" | "attempts" | "failures" | "losses" | "maxAttempts">;

/**
 * How often it was tried: `Attempt 2 of 3`, `2 of 3 attempts used, lost once`. What was lost with its host uses no attempt
 * up, nor does what only had to wait. Null where there is nothing to say.
 */
export function attemptWords({ status, attempts, failures, losses, maxAttempts }: Tried): string | null {
  if (attempts === 0) return null;
  const lost = losses === 0 ? null : `lost ${times(losses)}`;
  const isLive = status === "RUNNING" || status === "VALIDATING";
  const used = failures === 0 ? null : `${failures} of ${maxAttempts} attempts used`;
  const first = isLive ? `Attempt ${Math.min(failures + 1, maxAttempts)} of ${maxAttempts}` : used;
  const words = [first, lost].filter((part) => part !== null).join(", ");
  return words === "" ? null : words.charAt(0).toUpperCase() + words.slice(1);
}

const times = (n: number) => (n === 1 ? "once" : n === 2 ? "twice" : `${n} times`);
