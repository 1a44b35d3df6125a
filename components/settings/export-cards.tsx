import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button.tsx";
import { downloadText } from "@/components/ui/download-text.ts";
import { api, problemOf } from "@/lib/client/api.ts";
import type { Project } from "@/lib/project/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

/** All cards as JSON, as the API shows them; "Several tasks" reads the file again. */
export function ExportCards({ project }: { project: Project }) {
  const [count, setCount] = useState(0);
  const download = useMutation({
    mutationFn: async () => {
      const { id, key, name } = project;
      const tasks = await allTasks(id, setCount);
      const text = JSON.stringify({ project: { key, name }, exportedAt: new Date().toISOString(), tasks }, null, 2);
      downloadText(text, `${key}-cards.json`);
    },
  });
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium text-sm">Export</p>
        <p className="text-muted text-xs">
          Every card as JSON, with what it waits for. <em>Several tasks</em> on a board reads it again.
        </p>
        {download.error && (
          <p role="alert" className="mt-1 text-danger text-xs">
            {problemOf(download.error).message}
          </p>
        )}
      </div>
      <Button icon={<Download aria-hidden />} isBusy={download.isPending} onClick={() => download.mutate()}>
        {download.isPending ? `${count.toLocaleString("en")} cards` : "Export cards"}
      </Button>
    </div>
  );
}

async function allTasks(projectId: string, onProgress: (count: number) => void): Promise<Task[]> {
  const tasks: Task[] = [];
  for (let cursor: string | null = null; ; ) {
    const page = await api.task.list({ projectId, limit: 200, ...(cursor === null ? {} : { cursor }) });
    tasks.push(...page.items);
    onProgress(tasks.length);
    if (page.nextCursor === null) return tasks;
    cursor = page.nextCursor;
  }
}
