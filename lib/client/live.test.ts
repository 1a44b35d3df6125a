import { QueryClient } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { keys } from "@/lib/client/keys.ts";
import { readWhenBack } from "@/lib/client/live.tsx";
import type { Connection } from "@/lib/client/live-socket.ts";

test("after a lost connection the list of projects and the configuration are read anew, and nothing else", () => {
  const client = new QueryClient();
  const all = { projects: keys.projects, config: keys.config, tasks: keys.tasks("p") };
  for (const key of Object.values(all)) client.setQueryData(key, {});
  const stale = () =>
    Object.entries(all).flatMap(([name, key]) => (client.getQueryState(key)?.isInvalidated ? [name] : []));
  let connection: Connection = { state: "live", since: null };
  const readers = new Set<() => void>();
  const live = {
    connection: () => connection,
    onConnection: (reader: () => void) => {
      readers.add(reader);
      return () => readers.delete(reader);
    },
  };
  const become = (state: Connection["state"]) => {
    connection = { state, since: null };
    for (const reader of readers) reader();
  };

  const stop = readWhenBack(live, client);
  become("reconnecting");
  expect(stale()).toEqual([]);
  become("live");
  expect(stale()).toEqual(["projects", "config"]);
  stop();
  expect(readers.size).toBe(0);
});
