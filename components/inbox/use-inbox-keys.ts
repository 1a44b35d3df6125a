import type { KeyboardEvent, RefObject } from "react";
import { placeOf, type Shortcut } from "@/components/keyboard-rules.ts";
import { areSingleKeysOn } from "@/components/single-keys.ts";

/** Handled by the rows themselves, and listed in the sheet. */
export const inboxKeys: readonly Shortcut[] = [
  { id: "inbox.next", keys: "j", scope: "Needs you", label: "Next item" },
  { id: "inbox.previous", keys: "k", scope: "Needs you", label: "Previous item" },
  { id: "inbox.allow", keys: "a", scope: "Needs you", label: "Allow, accept or retry" },
  { id: "inbox.deny", keys: "d", scope: "Needs you", label: "Deny, or request changes" },
];

/** Of an item: its link is where the focus rests. */
export const itemLinks = (root: HTMLElement | null): HTMLElement[] => [
  ...(root?.querySelectorAll<HTMLElement>("[data-item] a[href]") ?? []),
];

/** Letters act on the item that has the focus, once however long they are held; from elsewhere J goes to the first. */
export function useInboxKeys(root: RefObject<HTMLElement | null>) {
  return (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const target = event.target as HTMLElement;
    if (placeOf(target) !== "page" || (event.key.length === 1 && !areSingleKeysOn())) return;
    const item = target.closest<HTMLElement>("[data-item]");
    const step =
      event.key === "j" || event.key === "ArrowDown" ? 1 : event.key === "k" || event.key === "ArrowUp" ? -1 : 0;
    const act = event.key === "a" ? "allow" : event.key === "d" ? "deny" : null;
    if (step !== 0) {
      const links = itemLinks(root.current);
      const at = links.findIndex((link) => item?.contains(link));
      links[at + step]?.focus();
    } else if (act !== null && item && !event.repeat) item.querySelector<HTMLElement>(`[data-act="${act}"]`)?.click();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
}
