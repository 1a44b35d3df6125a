import { useEffect, useRef, useState } from "react";

export const tooltipId = "tooltip";

const openMs = 400;
/** Right after one tooltip the next one comes at once. */
const skipMs = 200;
/** Long enough to get from the element to its tooltip. */
const closeMs = 120;

/** The element whose tooltip is shown; watched for the whole page in one place. */
export function useTip() {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const closedAt = useRef(0);

  const later = (next: HTMLElement | null, delayMs: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setAnchor(next), delayMs);
  };
  const close = (delayMs: number) => later(null, delayMs);

  useEffect(() => {
    const tipOf = (target: EventTarget | null) =>
      target instanceof Element ? target.closest<HTMLElement>("[data-tip]") : null;
    const onOver = ({ target, pointerType }: PointerEvent) => {
      const found = pointerType === "touch" ? null : tipOf(target);
      if (found) later(found, Date.now() - closedAt.current < skipMs ? 0 : openMs);
      else if (anchor) close(closeMs);
    };
    const onOut = ({ target, relatedTarget }: PointerEvent) => {
      const found = tipOf(target);
      if (found && !found.contains(relatedTarget as Node | null)) close(closeMs);
    };
    const onFocus = ({ target }: FocusEvent) => {
      const found = tipOf(target);
      if (found?.matches(":focus-visible")) later(found, 0);
    };
    const shut = () => close(0);
    const onKey = ({ key }: KeyboardEvent) => key === "Escape" && shut();
    const watched = new AbortController();
    const options = { signal: watched.signal, capture: true };
    document.addEventListener("pointerover", onOver, options);
    document.addEventListener("pointerout", onOut, options);
    document.addEventListener("focusin", onFocus, options);
    document.addEventListener("focusout", shut, options);
    document.addEventListener("pointerdown", shut, options);
    document.addEventListener("scroll", shut, options);
    document.addEventListener("keydown", onKey, options);
    return () => watched.abort();
  });

  useEffect(() => {
    if (!anchor) return;
    const isDescribed = "tipExtra" in anchor.dataset;
    if (isDescribed) anchor.setAttribute("aria-describedby", tooltipId);
    return () => {
      closedAt.current = Date.now();
      if (isDescribed) anchor.removeAttribute("aria-describedby");
    };
  }, [anchor]);

  return { anchor, hold: () => clearTimeout(timer.current), release: () => close(closeMs) };
}
