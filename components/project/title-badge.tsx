"use client";

import { useEffect } from "react";
import { useNeedsYou } from "@/components/project/use-needs-you.ts";

const badge = /^\(\d+\) /;

/** `(2) Board - Demo`: how many things need a person, in the tab's title. Draws nothing. */
export function TitleBadge({ projectId }: { projectId: string }) {
  const waiting = useNeedsYou(projectId);

  useEffect(() => {
    const mark = () => {
      const plain = document.title.replace(badge, "");
      const wanted = waiting > 0 ? `(${waiting}) ${plain}` : plain;
      if (document.title !== wanted) document.title = wanted;
    };
    mark();
    // Each page sets a title of its own.
    const observer = new MutationObserver(mark);
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
      document.title = document.title.replace(badge, "");
    };
  }, [waiting]);

  return null;
}
