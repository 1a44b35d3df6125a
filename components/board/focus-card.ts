/** Columns that draw only what is in view bring a card in before it can take the focus. */
const scrollers = new Map<string, (taskId: string) => void>();

export function registerScroller(column: string, scrollTo: (taskId: string) => void): () => void {
  scrollers.set(column, scrollTo);
  return () => {
    if (scrollers.get(column) === scrollTo) scrollers.delete(column);
  };
}

export const cardElement = (taskId: string): HTMLElement | null => document.getElementById(`card-${taskId}`);

/** Moves the focus to a card, also when it is about to move to another column. */
export function focusCard(taskId: string, column?: string): void {
  const element = cardElement(taskId);
  if (element) {
    element.focus();
    element.closest("li")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    return;
  }
  if (column) scrollers.get(column)?.(taskId);
  requestAnimationFrame(() => requestAnimationFrame(() => cardElement(taskId)?.focus()));
}

/** How long a card may take to appear where it went: the server's answer, a column that opens. */
const patienceMs = 1500;

/** Gives the focus back after the card was drawn anew in its new column; to the column where that is folded away. */
export function keepFocus(taskId: string, column?: string): void {
  const until = performance.now() + patienceMs;
  const look = () => {
    if (cardElement(taskId)) return focusCard(taskId, column);
    if (isTakenElsewhere()) return;
    if (column) scrollers.get(column)?.(taskId);
    if (performance.now() < until) requestAnimationFrame(look);
    else document.querySelector<HTMLElement>(`[data-column="${column}"] button`)?.focus();
  };
  requestAnimationFrame(() => requestAnimationFrame(look));
}

const isTakenElsewhere = () => document.activeElement !== null && document.activeElement !== document.body;
