import { useQuery } from "@tanstack/react-query";
import { sourceOf } from "@/components/project/derive-project.ts";
import { useDebounced } from "@/components/project/use-debounced.ts";
import { api, type Problem, problemOf } from "@/lib/client/api.ts";
import type { RepositoryCheck } from "@/lib/project/schema.ts";

const typingPauseMs = 400;

export type RepositoryState =
  | { kind: "nothing" }
  | { kind: "checking" }
  | { kind: "failed"; problem: Problem; retry: () => void }
  | { kind: "checked"; check: RepositoryCheck; isRefreshing: boolean; retry: () => void };

/** Looks at what stands in the field, a moment after the typing stops. An answer to older text is never shown as new. */
export function useRepositoryCheck(text: string): RepositoryState {
  const trimmed = text.trim();
  const settled = useDebounced(trimmed, typingPauseMs);
  const source = sourceOf(settled);
  const { data, error, isFetching, refetch } = useQuery({
    queryKey: ["repository-check", settled],
    queryFn: ({ signal }) => api.project.checkRepository(source ?? {}, { signal }),
    enabled: source !== null,
    retry: false,
    // The person may have corrected the repository meanwhile and comes back to this window.
    staleTime: 0,
  });
  const retry = () => void refetch();

  if (trimmed === "") return { kind: "nothing" };
  if (trimmed !== settled || (!data && !error)) return { kind: "checking" };
  if (error && !isFetching) return { kind: "failed", problem: problemOf(error), retry };
  return data ? { kind: "checked", check: data, isRefreshing: isFetching, retry } : { kind: "checking" };
}
