const edgePx = 56;
const stepPx = 14;

/** Near an edge of the board or of a column's list, that scrolls on while the pointer rests there. */
export function edgeScroller() {
  let board: Element | null = null;
  let list: Element | null = null;
  let step = { x: 0, y: 0 };
  let frame = 0;

  const run = () => {
    board?.scrollBy({ left: step.x });
    list?.scrollBy({ top: step.y });
    frame = step.x === 0 && step.y === 0 ? 0 : requestAnimationFrame(run);
  };

  return {
    aim: ({ x, y }: { x: number; y: number }, column: Element | null) => {
      board = document.querySelector("[data-board]");
      list = column?.querySelector("[data-list]") ?? null;
      const wide = board?.getBoundingClientRect();
      const tall = list?.getBoundingClientRect();
      step = { x: wide ? stepAt(x, wide.left, wide.right) : 0, y: tall ? stepAt(y, tall.top, tall.bottom) : 0 };
      if (frame === 0) run();
    },
    stop: () => cancelAnimationFrame(frame),
  };
}

function stepAt(at: number, start: number, end: number): number {
  if (at < start + edgePx) return -stepPx;
  return at > end - edgePx ? stepPx : 0;
}
