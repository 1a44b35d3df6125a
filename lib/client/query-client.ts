import { QueryClient } from "@tanstack/react-query";
import { problemOf } from "@/lib/client/api.ts";
import { errorTable } from "@/lib/errors.ts";

/** Live events keep what is cached fresh, so it is not read again on every mount; after a nap of the tab it is. */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 60_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: true,
        retry: (failures, thrown) => failures < 2 && mayHelp(thrown),
      },
      mutations: { retry: false },
    },
  });
}

/** Asking again may help where nobody answered, or where the table of errors says so. */
function mayHelp(thrown: unknown): boolean {
  const { code } = problemOf(thrown);
  return code === "OFFLINE" || (errorTable[code]?.isRetryable ?? false);
}
