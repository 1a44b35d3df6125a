"use client";

import { usePathname, useRouter, useSearchParams } from "next/navigation";
import { useEffect } from "react";

/** Where the panel stands among the pages: the way back to the board, and on to another task. */
export function usePanelPlace(projectKey: string, taskKey: string) {
  const router = useRouter();
  const search = useSearchParams();
  const path = usePathname();

  // The board stays behind the panel, so the card is there again as soon as the panel is gone.
  useEffect(
    () => () => {
      requestAnimationFrame(() => focusCard(taskKey));
    },
    [taskKey],
  );

  const boardSearch = () => {
    const kept = new URLSearchParams(search);
    kept.delete("tab");
    kept.delete("attempt");
    return kept.size > 0 ? `?${kept}` : "";
  };

  return {
    close: () => router.push(`/p/${projectKey}${boardSearch()}`, { scroll: false }),
    open: (key: string) => {
      const target = `/p/${projectKey}/t/${key}${boardSearch()}`;
      if (target !== path) router.replace(target, { scroll: false });
    },
  };
}

/** Only when nothing else took the focus: the panel itself returns it to what opened it. */
function focusCard(taskKey: string) {
  if (document.activeElement && document.activeElement !== document.body) return;
  const card = document.querySelector<HTMLElement>(`main a[href$="/t/${CSS.escape(taskKey)}"]`);
  (card ?? document.getElementById("main"))?.focus();
}
