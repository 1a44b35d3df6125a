"use client";

import { useLayoutEffect, useRef } from "react";
import { Kbd } from "@/components/ui/kbd.tsx";
import type { TipSide } from "@/components/ui/tip.ts";
import { placeTip } from "@/components/ui/tip-place.ts";
import { tooltipId, useTip } from "@/components/ui/use-tip.ts";

/**
 * The page's one tooltip, for whatever carries `tipOf`. Opens on hover and keyboard focus, stays while it is hovered
 * itself, goes on Escape without taking the key from anybody.
 */
export function Tooltips() {
  const { anchor, hold, release } = useTip();
  const box = useRef<HTMLDivElement>(null);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element || !anchor) return;
    const size = { width: element.offsetWidth, height: element.offsetHeight };
    const view = { width: window.innerWidth, height: window.innerHeight };
    const place = placeTip(anchor.getBoundingClientRect(), size, view);
    const { left, top } = place((anchor.dataset.tipSide as TipSide | undefined) ?? "bottom");
    element.style.translate = `${Math.round(left)}px ${Math.round(top)}px`;
  }, [anchor]);

  if (!anchor) return null;
  const { tip, tipKeys } = anchor.dataset;
  return (
    <div
      ref={box}
      id={tooltipId}
      role="tooltip"
      onPointerEnter={hold}
      onPointerLeave={release}
      className="pointer-events-auto fixed start-0 top-0 z-tooltip flex w-max max-w-72 items-center gap-2 rounded-md border border-border bg-raised px-2 py-1 text-text text-xs shadow-menu"
    >
      {tip}
      {tipKeys && <Kbd keys={tipKeys} />}
    </div>
  );
}
