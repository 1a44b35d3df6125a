/**
 * Polls until `probe` returns something truthy and returns it; for tests that wait on other processes. A probe that
 * throws counts as "not yet". Rejects after `deadlineMs` with the last error.
 */
export async function eventually<T>(
  probe: () => T | Promise<T>,
  deadlineMs = 10_000,
): Promise<Exclude<T, null | undefined | false | 0 | "">> {
  const endsAtMs = performance.now() + deadlineMs;
  let last: unknown = "nothing truthy";
  while (performance.now() < endsAtMs) {
    try {
      const value = await probe();
      if (value) return value as Exclude<T, null | undefined | false | 0 | "">;
    } catch (error) {
      last = error;
    }
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`Not within ${deadlineMs} ms: ${String(last)}`);
}
