import { type RefObject, useEffect, useRef } from "react";
import { itemLinks } from "@/components/inbox/use-inbox-keys.ts";

/** When the item with the focus has gone, because it was answered here or elsewhere, the one in its place gets it. */
export function useKeptPlace(root: RefObject<HTMLElement | null>, ids: string): void {
  const place = useRef(-1);

  useEffect(() => {
    const element = root.current;
    const remember = ({ target }: FocusEvent) => {
      const item = (target as HTMLElement).closest("[data-item]");
      place.current = itemLinks(element).findIndex((link) => item?.contains(link));
    };
    element?.addEventListener("focusin", remember);
    return () => element?.removeEventListener("focusin", remember);
  }, [root]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another list may have taken the focus away
  useEffect(() => {
    if (place.current < 0 || document.activeElement !== document.body) return;
    const links = itemLinks(root.current);
    links[Math.min(place.current, links.length - 1)]?.focus();
  }, [ids, root]);
}
