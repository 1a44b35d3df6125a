import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { createElement, type ReactNode } from "react";
import { renderToStaticMarkup } from "react-dom/server";

/**
 * For tests: what a hook gives at its first render, without a browser. Mutations work, state does not change.
 * `within` puts more around it than the cache.
 */
export function readHook<Result>(
  client: QueryClient,
  hook: () => Result,
  within: (reader: ReactNode) => ReactNode = (reader) => reader,
): Result {
  let result: Result | undefined;
  const take = () => {
    result = hook();
  };
  const reader = within(createElement(Reader, { take }));
  renderToStaticMarkup(createElement(QueryClientProvider, { client }, reader));
  return result as Result;
}

function Reader({ take }: { take: () => void }) {
  take();
  return null;
}
