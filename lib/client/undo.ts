/** The last ten steps that have a way back, newest last. */
const steps: (() => void)[] = [];
const kept = 10;

/** Keeps a step's way back; what it gives runs it once. */
export function rememberUndo(undo: () => void): () => void {
  const step = () => {
    const index = steps.indexOf(step);
    if (index === -1) return;
    steps.splice(index, 1);
    undo();
  };
  steps.push(step);
  if (steps.length > kept) steps.shift();
  return step;
}

/** Takes the newest step back; false when there is none. */
export function undoLast(): boolean {
  const step = steps.at(-1);
  step?.();
  return step !== undefined;
}
