import { type RetryKind, retryChoices } from "@/components/task/retry-choices.ts";
import { formatBytes, formatCores } from "@/components/ui/format-amount.ts";
import type { RetryPolicy, Task } from "@/lib/task/schema.ts";

/** What a task asks for and how it is retried, as it is typed. What is empty is as the project says. */
export interface PolicyDraft {
  cpus: string;
  memoryMib: string;
  diskMib: string;
  firstWaitSeconds: string;
  longestWaitSeconds: string;
  retryOn: readonly RetryKind[] | null;
}

export const emptyPolicy: PolicyDraft = {
  cpus: "",
  memoryMib: "",
  diskMib: "",
  firstWaitSeconds: "",
  longestWaitSeconds: "",
  retryOn: null,
};

type Policies = Pick<Task, "resources" | "retryPolicy">;

const mebibyte = 1024 ** 2;
const numbers = {
  cpus: { min: 0.01, max: 1024 },
  memoryMib: { min: 1, max: 8_589_934_591 },
  diskMib: { min: 1, max: 8_589_934_591 },
  firstWaitSeconds: { min: 0, max: 3600 },
  longestWaitSeconds: { min: 0, max: 86_400 },
} as const;
type NumberName = keyof typeof numbers;

/** Where each stands in the task. */
const paths: Record<string, keyof PolicyDraft> = {
  "resources.cpus": "cpus",
  "resources.memoryBytes": "memoryMib",
  "resources.diskBytes": "diskMib",
  "retryPolicy.baseMs": "firstWaitSeconds",
  "retryPolicy.capMs": "longestWaitSeconds",
  "retryPolicy.retryOn": "retryOn",
};

export function policyDraftOf({ resources, retryPolicy }: Policies): PolicyDraft {
  const shown = (value: number | undefined, scale = 1) => (value === undefined ? "" : String(value / scale));
  return {
    cpus: shown(resources.cpus),
    memoryMib: shown(resources.memoryBytes, mebibyte),
    diskMib: shown(resources.diskBytes, mebibyte),
    firstWaitSeconds: shown(retryPolicy?.baseMs, 1000),
    longestWaitSeconds: shown(retryPolicy?.capMs, 1000),
    retryOn: retryPolicy?.retryOn ?? null,
  };
}

/** What was typed and kept as text; null where there is nothing of this form. */
export function keptPolicyDraft(text: string | null): PolicyDraft | null {
  try {
    const kept = JSON.parse(text ?? "null") as Partial<PolicyDraft> | null;
    return kept && { ...emptyPolicy, ...kept };
  } catch {
    return null;
  }
}

/** What is sent: only what was said. */
export function policiesOf(draft: PolicyDraft): Policies {
  const resources = {
    ...(draft.cpus.trim() && { cpus: Number(draft.cpus) }),
    ...(draft.memoryMib.trim() && { memoryBytes: Math.round(Number(draft.memoryMib) * mebibyte) }),
    ...(draft.diskMib.trim() && { diskBytes: Math.round(Number(draft.diskMib) * mebibyte) }),
  };
  const retryPolicy: RetryPolicy = {
    ...(draft.firstWaitSeconds.trim() && { baseMs: Math.round(Number(draft.firstWaitSeconds) * 1000) }),
    ...(draft.longestWaitSeconds.trim() && { capMs: Math.round(Number(draft.longestWaitSeconds) * 1000) }),
    ...(draft.retryOn && { retryOn: [...draft.retryOn] }),
  };
  return { resources, retryPolicy: Object.keys(retryPolicy).length > 0 ? retryPolicy : null };
}

export type PolicyErrors = Partial<Record<keyof PolicyDraft, string>>;

/** What can be seen without asking the server. */
export function policyErrors(draft: PolicyDraft): PolicyErrors {
  const names = Object.keys(numbers) as NumberName[];
  return Object.fromEntries(
    names.flatMap((name) => {
      const text = draft[name].trim();
      const { min, max } = numbers[name];
      const value = Number(text);
      const isRight = text === "" || (Number.isFinite(value) && value >= min && value <= max);
      return isRight ? [] : [[name, `From ${min.toLocaleString("en")} to ${max.toLocaleString("en")}.`]];
    }),
  );
}

/** The field a path of the server's refusal is about: `retryPolicy.retryOn.0` is about `retryOn`. */
export const policyFieldOf = (path: string): keyof PolicyDraft | undefined =>
  paths[path.split(".").slice(0, 2).join(".")];

/** In a line: `1 core, 256 MiB of memory; first wait 5 s`. Null where everything is as the project says. */
export function policyWords({ resources, retryPolicy }: Policies): string | null {
  const asked = [
    resources.cpus !== undefined && formatCores(resources.cpus),
    resources.memoryBytes !== undefined && `${formatBytes(resources.memoryBytes)} of memory`,
    resources.diskBytes !== undefined && `${formatBytes(resources.diskBytes)} of disk`,
  ];
  const retries = [
    retryPolicy?.baseMs !== undefined && `first wait ${retryPolicy.baseMs / 1000} s`,
    retryPolicy?.capMs !== undefined && `longest wait ${retryPolicy.capMs / 1000} s`,
    retryPolicy?.retryOn && kindsWords(retryPolicy.retryOn),
  ];
  const parts = [asked, retries].map((list) => list.filter(Boolean).join(", ")).filter((part) => part !== "");
  return parts.length > 0 ? parts.join("; ") : null;
}

function kindsWords(kinds: readonly RetryKind[]): string {
  if (kinds.length === 0) return "never retried";
  if (kinds.length === retryChoices.length) return "always retried";
  return `retried in ${kinds.length} of ${retryChoices.length} cases`;
}
