import type { RetryPolicy } from "@/lib/task/schema.ts";

export type RetryKind = NonNullable<RetryPolicy["retryOn"]>[number];

/** Kinds of ends that may be tried again. What is lost with its host always is, what cannot be cured never. */
export const retryChoices: readonly { value: RetryKind; label: string; note: string }[] = [
  {
    value: "EXIT",
    label: "It ended with an error",
    note: "An exit code other than 0, a reported failure, or more of a resource used than it was given.",
  },
  {
    value: "TIMEOUT",
    label: "It took too long or fell silent",
    note: "Its time limit, or the monitor, ended it.",
  },
  { value: "START", label: "It could not be started", note: "The sandbox or the command did not come up." },
  {
    value: "RATE_LIMIT",
    label: "The provider asked to wait",
    note: "It then waits at least as long as the provider said, and no attempt is used up.",
  },
];
