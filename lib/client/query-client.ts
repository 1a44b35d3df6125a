import { QueryClient } from "@tanstack/react-query";
import { problemOf } from "@/lib/client/api.ts";
import { errorTable } from "@/lib/errors.ts";

/**
 * Live events keep what is cached fresh, so it is not read again on every mount; after a nap of the tab it is.
 * Nothing is held back when the browser says it is offline: the server may be on this machine, and a click that waits
 * in silence is worse than one that says that nobody answered.
 */
export function createQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        networkMode: "always",
        staleTime: 60_000,
        gcTime: 10 * 60_000,
        refetchOnWindowFocus: true,
        refetchOnReconnect: true,
        retry: (failures, thrown) => failures < 2 && mayHelp(thrown),
      },
      mutations: { networkMode: "always", retry: false },
    },
  });
}

/** Asking again may help where nobody answered, or where the table of errors says so. */
function mayHelp(thrown: unknown): boolean {
  const { code } = problemOf(thrown);
  return code === "OFFLINE" || (errorTable[code]?.isRetryable ?? false);
}
