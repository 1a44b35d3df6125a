import { DomainError } from "@/lib/errors.ts";

const windowMs = 60_000;

/**
 * At most `max` failures a minute and address (S-35). Secrets are too long to guess; this keeps guessing from costing us
 * anything. `check` throws RESOURCE_EXHAUSTED with retryAfterSeconds.
 */
export function createFailureLimit(max = 10, now: () => number = Date.now) {
  const failures = new Map<string, number[]>();
  const recent = (address: string) => (failures.get(address) ?? []).filter((at) => at > now() - windowMs);
  return {
    check(address: string): void {
      const times = recent(address);
      if (times.length < max) return;
      const retryAfterSeconds = Math.ceil((times[0]! + windowMs - now()) / 1000);
      throw new DomainError("RESOURCE_EXHAUSTED", "Too many failed attempts. Wait a minute, then try again.", {
        retryAfterSeconds,
      });
    },
    fail(address: string): void {
      if (failures.size > 1000) failures.clear();
      failures.set(address, [...recent(address), now()]);
    },
  };
}
