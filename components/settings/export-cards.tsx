import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { useState } from "react";
import { asJson, asMarkdown } from "@/components/settings/export-formats.ts";
import { Button } from "@/components/ui/button.tsx";
import { downloadBlob } from "@/components/ui/download-blob.ts";
import { problemOf } from "@/lib/client/api.ts";
import type { Project } from "@/lib/project/schema.ts";

const formats = [
  { name: "JSON", ending: "json", read: asJson },
  { name: "Markdown", ending: "zip", read: asMarkdown },
] as const;

/** All cards as one file; "Several tasks" reads either again. */
export function ExportCards({ project }: { project: Project }) {
  const [count, setCount] = useState(0);
  const download = useMutation({
    mutationFn: async ({ read, ending }: (typeof formats)[number]) =>
      downloadBlob(await read(project, setCount), `${project.key}-cards.${ending}`),
    onMutate: () => setCount(0),
  });
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <div className="min-w-0 flex-1 basis-60">
        <p className="font-medium text-sm">Export</p>
        <p className="text-muted text-xs">
          Every card with what it waits for: as JSON, which has everything, or as a folder of task files in Markdown.{" "}
          <em>Several tasks</em> on a board reads them again.
        </p>
        {download.error && (
          <p role="alert" className="mt-1 text-danger text-xs">
            {problemOf(download.error).message}
          </p>
        )}
      </div>
      <div className="flex flex-wrap gap-2">
        {formats.map((format) => {
          const isBusy = download.isPending && download.variables === format;
          return (
            <Button
              key={format.name}
              icon={<Download aria-hidden />}
              aria-label={`Export cards as ${format.name}`}
              isBusy={isBusy}
              disabled={download.isPending && !isBusy}
              onClick={() => download.mutate(format)}
            >
              {isBusy ? `${count.toLocaleString("en")} cards` : format.name}
            </Button>
          );
        })}
      </div>
    </div>
  );
}
