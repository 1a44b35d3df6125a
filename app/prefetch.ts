import { cache } from "react";
import { orNull, serverCall } from "@/app/server-call.ts";
import { columnOf, columns } from "@/lib/client/columns.ts";
import { emptyStore, mergePage, type TaskStore } from "@/lib/client/task-store.ts";

/** The layout, the page and its title ask for the same project: one read per request. */
export const readProject = cache((ref: string) => orNull(serverCall("project", "get", { projectId: ref })));

/** Enough to fill a screen; the browser reads on from there. */
const firstPage = 40;

/** The board's tasks as the browser keeps them. */
export async function readTasks(projectId: string): Promise<TaskStore> {
  const shown = columns.map(({ id }) => id).filter((id) => id !== "cancelled");
  const pages = await Promise.all(
    shown.map((id) => {
      const { statuses, sort } = columnOf(id);
      return serverCall("task", "list", { projectId, status: statuses.join(","), sort, limit: firstPage });
    }),
  );
  return pages.reduce((store, page, index) => mergePage(store, shown[index]!, page), emptyStore);
}
