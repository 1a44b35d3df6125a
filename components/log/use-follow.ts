import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";

const nearPx = 24;
/** A scroll this soon after a wheel, a key or a finger is the reader's; any other is the browser's or the list's own. */
const intentMs = 600;

interface Followed {
  scroller: RefObject<HTMLElement | null>;
  count: number;
  /** The height of all rows: changes when rows are added or measured. */
  height: number;
  startsAtEnd: boolean;
}

/** Keeps a growing list at its end until the reader scrolls up; at the end again, it holds on again. */
export function useFollow({ scroller, count, height, startsAtEnd }: Followed) {
  const [isFollowing, setFollowing] = useState(startsAtEnd);
  const [seen, setSeen] = useState(count);
  const lastTop = useRef(0);
  const touchedAt = useRef(Number.NEGATIVE_INFINITY);

  useEffect(() => {
    const element = scroller.current;
    const watched = new AbortController();
    const touch = () => {
      touchedAt.current = performance.now();
    };
    for (const name of ["wheel", "touchmove", "keydown", "pointerdown", "pointermove"]) {
      element?.addEventListener(name, touch, { passive: true, signal: watched.signal });
    }
    return () => watched.abort();
  }, [scroller]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: count and height are what moves the end
  useLayoutEffect(() => {
    const element = scroller.current;
    if (isFollowing && element) element.scrollTop = element.scrollHeight;
  }, [isFollowing, count, height, scroller]);

  // What stands around the list may take room from it or give some back.
  useEffect(() => {
    const element = scroller.current;
    if (!isFollowing || !element) return;
    const watch = new ResizeObserver(() => {
      element.scrollTop = element.scrollHeight;
    });
    watch.observe(element);
    return () => watch.disconnect();
  }, [isFollowing, scroller]);

  const onScroll = () => {
    const element = scroller.current;
    if (!element) return;
    const isAtEnd = element.scrollHeight - element.scrollTop - element.clientHeight <= nearPx;
    const isByReader = performance.now() - touchedAt.current < intentMs;
    if (isAtEnd) setFollowing(true);
    else if (isFollowing && !isByReader) element.scrollTop = element.scrollHeight;
    else if (element.scrollTop < lastTop.current) {
      if (isFollowing) setSeen(count);
      setFollowing(false);
    }
    lastTop.current = element.scrollTop;
  };

  return {
    isFollowing,
    unseen: isFollowing ? 0 : Math.max(0, count - seen),
    onScroll,
    follow: () => setFollowing(true),
    /** Before a jump that no wheel or key of the list has asked for. */
    unfollow: () => {
      setSeen(count);
      setFollowing(false);
    },
  };
}
