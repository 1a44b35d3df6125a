import type { TipSide } from "@/components/ui/tip.ts";

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const gapPx = 6;
const edgePx = 8;
const opposite = { top: "bottom", bottom: "top", left: "right", right: "left" } as const;

/** Where a box of that size stands beside its anchor, turned round or pushed in where the window ends. */
export function placeTip(anchor: Box, size: Pick<Box, "width" | "height">, window: Pick<Box, "width" | "height">) {
  return (wanted: TipSide) => {
    const side = isRoomFor(wanted, anchor, size, window) ? wanted : opposite[wanted];
    const isAcross = side === "left" || side === "right";
    const left = isAcross
      ? side === "left"
        ? anchor.left - gapPx - size.width
        : anchor.left + anchor.width + gapPx
      : anchor.left + anchor.width / 2 - size.width / 2;
    const top = isAcross
      ? anchor.top + anchor.height / 2 - size.height / 2
      : side === "top"
        ? anchor.top - gapPx - size.height
        : anchor.top + anchor.height + gapPx;
    return { left: within(left, window.width - size.width), top: within(top, window.height - size.height) };
  };
}

function isRoomFor(
  side: TipSide,
  anchor: Box,
  size: Pick<Box, "width" | "height">,
  window: Pick<Box, "width" | "height">,
) {
  if (side === "top") return anchor.top - gapPx - size.height >= edgePx;
  if (side === "left") return anchor.left - gapPx - size.width >= edgePx;
  if (side === "right") return anchor.left + anchor.width + gapPx + size.width <= window.width - edgePx;
  return anchor.top + anchor.height + gapPx + size.height <= window.height - edgePx;
}

const within = (at: number, last: number) => Math.max(edgePx, Math.min(at, last - edgePx));
