"use client";

import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { projectQuery } from "@/lib/client/queries.ts";

const badge = /^\(\d+\) /;

/** `(2) Board - Demo`: how many tasks need a person, in the tab's title. Draws nothing. */
export function TitleBadge({ projectId }: { projectId: string }) {
  const { data: project } = useQuery(projectQuery(projectId));
  const waiting = project ? project.counts.REVIEW + project.counts.FAILED + project.counts.STALLED : 0;

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
