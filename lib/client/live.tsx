"use client";

import { type QueryClient, useQueryClient } from "@tanstack/react-query";
import { createContext, type ReactNode, useContext, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { keys } from "@/lib/client/keys.ts";
import { createLiveCache } from "@/lib/client/live-cache.ts";
import { type Connection, createLive, type Live } from "@/lib/client/live-socket.ts";
import type { JournalEvent } from "@/lib/events.ts";

const LiveContext = createContext<Live | null>(null);

/** One socket per tab. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [live] = useState(createLive);
  const client = useQueryClient();
  useEffect(() => live.start(), [live]);
  useEffect(() => readWhenBack(live, client), [live, client]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

/** What belongs to no project is told live only and never replayed: what was missed is read. */
export const readWhenBack = (live: Pick<Live, "connection" | "onConnection">, client: QueryClient): (() => void) =>
  live.onConnection(() => {
    if (live.connection().state !== "live") return;
    for (const queryKey of [keys.projects, keys.config]) void client.invalidateQueries({ queryKey });
  });

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("useLive needs a LiveProvider around it");
  return live;
}

const asIfLive: Connection = { state: "live", since: null };

/** Whether what is on screen follows the server, and since when it does not. */
export function useConnection(): Connection {
  const live = useLive();
  return useSyncExternalStore(live.onConnection, live.connection, () => asIfLive);
}

/** Claims in other projects move places here without an event of this one. */
const elsewhereMs = 10_000;

interface ProjectToFollow {
  projectId: string;
  /** The last event the cache knows. */
  after: number;
  /** Goes to a page of the project: `queue`, `t/DEMO-3`. */
  open: (path: string) => void;
}

/** Keeps the cache of one project in step with the server. */
export function useProjectLive({ projectId, after, open }: ProjectToFollow): void {
  const live = useLive();
  const client = useQueryClient();
  const start = useRef(after);
  const goTo = useRef(open);

  useEffect(() => {
    goTo.current = open;
  });
  useEffect(() => {
    const { onEvent, onResync, onLive, onQueueElsewhere, stop } = createLiveCache(client, {
      projectId,
      open: (path) => goTo.current(path),
    });
    const unfollow = live.follow({ projectId, after: start.current, onEvent, onResync, onLive });
    // What belongs to no project, such as the limits of all.
    const onInstance = (event: JournalEvent) => event.projectId === null && onEvent(event);
    const unfollowInstance = live.follow({ projectId: null, after: 0, onEvent: onInstance, onResync: () => {} });
    const others = setInterval(() => document.visibilityState === "visible" && onQueueElsewhere(), elsewhereMs);
    return () => {
      unfollow();
      unfollowInstance();
      clearInterval(others);
      stop();
    };
  }, [live, client, projectId]);
}

/** Tasks that move are told only to those who follow their project; here they are counted. */
const countsMs = 10_000;

/** Keeps the list of projects in step. */
export function useOverviewLive(): void {
  const live = useLive();
  const client = useQueryClient();

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const refresh = () => {
      timer ??= setTimeout(() => {
        timer = undefined;
        void client.invalidateQueries({ queryKey: keys.projects });
      }, 300);
    };
    const unfollow = live.follow({ projectId: null, after: 0, onEvent: refresh, onResync: refresh });
    const counts = setInterval(() => document.visibilityState === "visible" && refresh(), countsMs);
    return () => {
      unfollow();
      clearInterval(counts);
      clearTimeout(timer);
    };
  }, [live, client]);
}
