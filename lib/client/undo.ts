/** By project, the last ten steps that have a way back, newest last: a board takes back only what was done to it. */
const stepsOf = new Map<string, (() => void)[]>();
const kept = 10;

/** Keeps a step's way back; what it gives runs it once. */
export function rememberUndo(projectId: string, undo: () => void): () => void {
  const steps = stepsOf.get(projectId) ?? [];
  stepsOf.set(projectId, steps);
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

/** Takes the project's newest step back; false when there is none. */
export function undoLast(projectId: string): boolean {
  const step = stepsOf.get(projectId)?.at(-1);
  step?.();
  return step !== undefined;
}
