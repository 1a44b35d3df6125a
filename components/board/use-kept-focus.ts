"use client";

import { type RefObject, useEffect } from "react";
import { cardElement } from "@/components/board/focus-card.ts";

/**
 * A card that moves to another column is drawn anew there, and the focus would fall to the page, whoever moved it.
 * This hands it on. A press beside the card, or any other element that takes the focus, lets it go.
 */
export function useKeptFocus(board: RefObject<HTMLElement | null>): void {
  useEffect(() => {
    const root = board.current;
    if (!root) return;
    let heldId: string | null = null;

    const onFocusIn = ({ target }: FocusEvent) => {
      const title = target instanceof Element ? target.closest<HTMLElement>("[data-title]") : null;
      heldId = title?.closest<HTMLElement>("[data-card]")?.dataset.card ?? null;
    };
    // A removed element may tell of it too: only one that is still there was really left.
    const onFocusOut = ({ target }: FocusEvent) =>
      setTimeout(() => {
        if (target instanceof Element && target.isConnected && target !== document.activeElement) heldId = null;
      }, 0);
    const restore = () => {
      if (heldId === null || document.activeElement !== document.body) return;
      const card = cardElement(heldId);
      card?.focus({ preventScroll: true });
      card?.closest("li")?.scrollIntoView({ block: "nearest", inline: "nearest" });
    };

    const observer = new MutationObserver(restore);
    observer.observe(root, { childList: true, subtree: true });
    document.addEventListener("focusin", onFocusIn);
    document.addEventListener("focusout", onFocusOut);
    return () => {
      observer.disconnect();
      document.removeEventListener("focusin", onFocusIn);
      document.removeEventListener("focusout", onFocusOut);
    };
  }, [board]);
}
