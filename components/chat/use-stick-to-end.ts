import { useEffect, useLayoutEffect, useRef, useState } from "react";

const nearEndPx = 24;

/** Keeps a growing list at its end while it is there, and keeps the place when older lines come in above. */
export function useStickToEnd(firstId: string | undefined, count: number) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const wasAtEnd = useRef(true);
  const last = useRef({ firstId, height: 0 });
  const [isAtEnd, setAtEnd] = useState(true);

  useLayoutEffect(() => {
    const box = scroller.current;
    if (!box || count < 0) return;
    const grewAbove = firstId !== last.current.firstId;
    if (wasAtEnd.current) box.scrollTop = box.scrollHeight;
    else if (grewAbove) box.scrollTop += box.scrollHeight - last.current.height;
    last.current = { firstId, height: box.scrollHeight };
  }, [firstId, count]);

  // Cards and formatted text change their height after they came.
  useEffect(() => {
    const box = scroller.current;
    if (!box || !content.current) return;
    const observer = new ResizeObserver(() => {
      last.current.height = box.scrollHeight;
      if (wasAtEnd.current) box.scrollTop = box.scrollHeight;
    });
    observer.observe(content.current);
    observer.observe(box);
    return () => observer.disconnect();
  }, []);

  const onScroll = () => {
    const box = scroller.current;
    if (!box) return;
    wasAtEnd.current = box.scrollHeight - box.scrollTop - box.clientHeight <= nearEndPx;
    setAtEnd(wasAtEnd.current);
  };
  const goToEnd = () => {
    wasAtEnd.current = true;
    setAtEnd(true);
    if (scroller.current) scroller.current.scrollTop = scroller.current.scrollHeight;
  };
  return { scroller, content, isAtEnd, onScroll, goToEnd };
}
