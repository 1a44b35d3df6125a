import { edgeScroller } from "@/components/board/edge-scroll.ts";
import { ghostOf } from "@/components/board/ghost.ts";
import { indexAt } from "@/components/board/landing.ts";
import type { ColumnId } from "@/lib/client/columns.ts";

/** What the board does with a card in the hand. */
export interface DragActions {
  lift: (taskId: string) => ColumnId | null;
  move: (over: { column: ColumnId | null; index: number | null }) => void;
  /** Over a folded column for a while. */
  unfold: (column: ColumnId) => void;
  drop: () => void;
  cancel: () => void;
}

const startPx = 6;
const pressMs = 220;
const slackPx = 8;
const unfoldMs = 600;

/**
 * One press on a card until it is let go. With a mouse it becomes a drag after 6 px, with a finger after 220 ms at rest,
 * so that the list can still be scrolled. Until then nothing is touched, and a press stays a click.
 */
export function watchPress(press: PointerEvent, card: HTMLElement, actions: DragActions): void {
  const isTouch = press.pointerType === "touch";
  const taskId = card.dataset.card!;
  const over = new AbortController();
  const options = { signal: over.signal, capture: true };
  const scroller = edgeScroller();
  let at = { x: press.clientX, y: press.clientY };
  let ghost: ReturnType<typeof ghostOf> | null = null;
  let home: ColumnId | null = null;
  let folded: { column: ColumnId; timer: ReturnType<typeof setTimeout> } | null = null;

  const lift = () => {
    home = actions.lift(taskId);
    if (home === null) return end();
    ghost = ghostOf(card, at);
    swallowNextClick();
    aim();
  };
  const timer = isTouch ? setTimeout(lift, pressMs) : undefined;

  const aim = () => {
    const element = document.elementFromPoint(at.x, at.y)?.closest<HTMLElement>("[data-column]");
    const column = (element?.dataset.column as ColumnId | undefined) ?? null;
    ghost?.move(at);
    scroller.aim(at, element ?? null);
    actions.move({ column, index: column === home && column !== null ? indexAt(column, taskId, at.y) : null });
    const wanted = element?.dataset.folded === undefined ? null : column;
    if (wanted === (folded?.column ?? null)) return;
    clearTimeout(folded?.timer);
    folded = wanted && { column: wanted, timer: setTimeout(() => actions.unfold(wanted), unfoldMs) };
  };
  const end = () => {
    clearTimeout(timer);
    clearTimeout(folded?.timer);
    scroller.stop();
    ghost?.remove();
    over.abort();
  };
  const giveUp = () => {
    end();
    if (ghost) actions.cancel();
  };

  const onMove = (event: PointerEvent) => {
    if (event.pointerId !== press.pointerId) return;
    const far = Math.hypot(event.clientX - press.clientX, event.clientY - press.clientY);
    at = { x: event.clientX, y: event.clientY };
    if (ghost) aim();
    else if (isTouch && far > slackPx) end();
    else if (!isTouch && far >= startPx) lift();
  };
  const onUp = (event: PointerEvent) => {
    if (event.pointerId !== press.pointerId) return;
    end();
    if (ghost) actions.drop();
  };
  const onKey = (event: KeyboardEvent) => {
    if (!ghost || event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    giveUp();
  };
  const hold = (event: Event) => ghost && event.preventDefault();
  const holdMenu = (event: Event) => {
    if (!isTouch) return;
    event.preventDefault();
    event.stopPropagation();
  };

  document.addEventListener("pointermove", onMove, options);
  document.addEventListener("pointerup", onUp, options);
  document.addEventListener("pointercancel", giveUp, options);
  document.addEventListener("keydown", onKey, options);
  document.addEventListener("contextmenu", holdMenu, options);
  document.addEventListener("touchmove", hold, { ...options, passive: false });
  window.addEventListener("blur", giveUp, { signal: over.signal });
}

/** Letting go over a card is no click on it. */
function swallowNextClick(): void {
  const swallow = (event: Event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("click", swallow, { capture: true, once: true });
  document.addEventListener(
    "pointerup",
    () => setTimeout(() => document.removeEventListener("click", swallow, { capture: true }), 0),
    { capture: true, once: true },
  );
}
