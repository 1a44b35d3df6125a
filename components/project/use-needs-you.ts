"use client";

import { useQuery } from "@tanstack/react-query";
import { projectQuery, questionsQuery } from "@/lib/client/queries.ts";

/** How many things of a project wait for a person: what agents ask, what is to be reviewed, what has stopped. */
export function useNeedsYou(projectRef: string | undefined): number {
  const { data: project } = useQuery({ ...projectQuery(projectRef ?? ""), enabled: projectRef !== undefined });
  const { data: questions } = useQuery({ ...questionsQuery(project?.id ?? ""), enabled: project !== undefined });
  if (!project) return 0;
  const { REVIEW, FAILED, STALLED } = project.counts;
  return REVIEW + FAILED + STALLED + (questions?.length ?? 0);
}
