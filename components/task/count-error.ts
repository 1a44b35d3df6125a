/** What is wrong with a count as it was typed; null: nothing. */
export const countError = (text: string, max: number): string | null =>
  /^\d+$/.test(text.trim()) && Number(text) >= 1 && Number(text) <= max
    ? null
    : `A whole number from 1 to ${max.toLocaleString("en")}.`;

export const attemptsMax = 20;
export const timeoutSecondsMax = 86_400;

/** The same of the two counts of a task's form, which may be left out. */
export function countErrors(draft: { maxAttempts: string; timeoutSeconds: string }) {
  const attempts = draft.maxAttempts.trim() && countError(draft.maxAttempts, attemptsMax);
  const timeout = draft.timeoutSeconds.trim() && countError(draft.timeoutSeconds, timeoutSecondsMax);
  return { ...(attempts && { maxAttempts: attempts }), ...(timeout && { timeoutSeconds: timeout }) };
}
