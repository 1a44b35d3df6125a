import { defaultRangeExtractor, type Range, useVirtualizer } from "@tanstack/react-virtual";
import { type RefObject, useState } from "react";
import { estimateRowPx, isOpenAtFirst } from "@/components/transcript/row-estimate.ts";
import type { Transcript } from "@/components/transcript/transcript.ts";

/** The rows on screen, which are folded, and the one that keys act on. That one stays while it is scrolled away. */
export function useRows({ items }: Transcript, scroller: RefObject<HTMLDivElement | null>) {
  "use no memo"; // the virtualiser and the transcript change in place
  const [folds, setFolds] = useState<ReadonlyMap<number, boolean>>(new Map());
  const [active, setActive] = useState(0);
  const isOpen = (index: number) => folds.get(index) ?? isOpenAtFirst(items[index]!);
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimateRowPx(items[index]!, isOpen(index)),
    rangeExtractor: (range) => withActive(range, active),
    overscan: 12,
  });

  const focusRow = (index: number) => {
    if (index < 0 || index >= items.length) return;
    setActive(index);
    rows.scrollToIndex(index, { align: "auto" });
    requestAnimationFrame(() =>
      scroller.current?.querySelector<HTMLElement>(`[data-row="${index}"]`)?.focus({ preventScroll: true }),
    );
  };

  return {
    rows,
    active,
    isOpen,
    setActive,
    focusRow,
    /** Into the middle, without taking the focus: for a search that goes on in its field. */
    showRow: (index: number) => {
      setActive(index);
      rows.scrollToIndex(index, { align: "center" });
    },
    toggle: (index: number) => setFolds((known) => new Map(known).set(index, !isOpen(index))),
    open: (index: number) => setFolds((known) => new Map(known).set(index, true)),
  };
}

function withActive(range: Range, active: number): number[] {
  const shown = defaultRangeExtractor(range);
  if (active >= range.count || (shown.length > 0 && active >= shown[0]! && active <= shown.at(-1)!)) return shown;
  return active < (shown[0] ?? 0) ? [active, ...shown] : [...shown, active];
}
