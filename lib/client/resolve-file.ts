"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { announce } from "@/lib/client/announce.ts";
import { api, problemOf } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";
import { notify } from "@/lib/client/notify.ts";
import type { ShownDispute } from "@/lib/task/file/schema.ts";

interface Choice {
  dispute: ShownDispute;
  keep: "card" | "file";
}

/** Chooses between a card and its file. Whoever was first decides: the others are told. */
export function useResolveFile(taskId: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: ({ dispute, keep }: Choice) =>
      api.task.resolveFile({ taskId, field: dispute.field as "title", keep, seen: dispute.id }),
    onSuccess: ({ file }, { dispute, keep }) => {
      client.setQueryData(keys.taskFile(taskId), file);
      announce(`${keep === "card" ? "The card's" : "The file's"} ${dispute.field} holds for both.`);
    },
    onError: (thrown, { dispute }) => {
      notify.error(`Could not choose the ${dispute.field}`, { description: problemOf(thrown).message });
      void client.invalidateQueries({ queryKey: keys.taskFile(taskId) });
    },
  });
}
