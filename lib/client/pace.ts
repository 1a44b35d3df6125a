interface Pace {
  /** How long the first ask waits for company. */
  delayMs: number;
  /** The least time between two runs. */
  everyMs: number;
}

/**
 * Work that is asked for again and again: one run for many asks, never two at once. What is asked for while it runs is
 * answered by one more run, so that the last run always began after the last ask.
 */
export function paced(work: () => Promise<unknown>, { delayMs, everyMs }: Pace) {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isRunning = false;
  let isAskedAgain = false;
  let lastAt = Number.NEGATIVE_INFINITY;

  const run = async () => {
    timer = undefined;
    isRunning = true;
    lastAt = Date.now();
    await work().catch(() => {});
    isRunning = false;
    if (!isAskedAgain) return;
    isAskedAgain = false;
    ask();
  };
  const ask = () => {
    if (isRunning) isAskedAgain = true;
    else timer ??= setTimeout(run, Math.max(delayMs, lastAt + everyMs - Date.now()));
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
    isAskedAgain = false;
  };
  return { ask, stop };
}
