import { useMutation, useQueryClient } from "@tanstack/react-query";
import { sendOnTop } from "@/components/settings/send-on-top.ts";
import { wholeSettings } from "@/components/settings/whole-settings.ts";
import { api } from "@/lib/client/api.ts";
import { patchProject } from "@/lib/client/project-cache.ts";
import type { Project } from "@/lib/project/schema.ts";

/** Saves the switch by itself; on top of whatever else was saved meanwhile. */
export function useRequireReview(project: Project) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (requireReview: boolean) =>
      sendOnTop({
        current: project,
        send: (current) => {
          const settings = wholeSettings(current, { requireReview });
          return api.project.update({ projectId: current.id, settings, version: current.version });
        },
        keep: (current) => patchProject(client, current.id, () => current),
        isMine: () => true,
      }),
  });
}
