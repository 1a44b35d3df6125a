"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useBoard } from "@/components/board/board-provider.tsx";
import type { Filter } from "@/components/board/filter.ts";
import { api } from "@/lib/client/api.ts";
import { mergeTasks } from "@/lib/client/task-store.ts";
import { changeStore, loadColumn } from "@/lib/client/tasks.ts";

/** The filter looks through what is loaded; the server adds what is not. Cancelled tasks are read when shown. */
export function useSearch({ text, chips }: Filter, showsCancelled: boolean): void {
  const { projectId } = useBoard();
  const client = useQueryClient();
  const words = text.trim() || (chips.find(({ kind }) => kind === "tag")?.value ?? "");

  useEffect(() => {
    if (words === "") return;
    const timer = setTimeout(async () => {
      const { items } = await api.task.list({ projectId, search: words.slice(0, 200), sort: "recent", limit: 200 });
      changeStore(client, projectId, (store) => mergeTasks(store, items));
    }, 200);
    return () => clearTimeout(timer);
  }, [client, projectId, words]);

  useEffect(() => {
    if (showsCancelled) void loadColumn(client, projectId, "cancelled");
  }, [client, projectId, showsCancelled]);
}
