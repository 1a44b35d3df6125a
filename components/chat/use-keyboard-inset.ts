import { useSyncExternalStore } from "react";

/** How many pixels the on-screen keyboard covers; browsers that shrink the page for it give 0. */
export function useKeyboardInset(): number {
  return useSyncExternalStore(subscribe, read, () => 0);
}

function read(): number {
  const visible = window.visualViewport;
  if (visible?.scale !== 1) return 0;
  return Math.max(0, Math.round(window.innerHeight - visible.height - visible.offsetTop));
}

function subscribe(onChange: () => void): () => void {
  const visible = window.visualViewport;
  visible?.addEventListener("resize", onChange);
  visible?.addEventListener("scroll", onChange);
  return () => {
    visible?.removeEventListener("resize", onChange);
    visible?.removeEventListener("scroll", onChange);
  };
}
