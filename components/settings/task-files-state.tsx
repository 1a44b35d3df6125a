"use client";

import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import { taskFilesQuery } from "@/lib/client/queries.ts";
import type { Project } from "@/lib/project/schema.ts";

/** What became of the setting: when somebody looked, and what is in the way. Nothing where it is off. */
export function TaskFilesState({ project }: { project: Project }) {
  const isOn = project.settings.taskFiles === "on";
  const { data } = useQuery({ ...taskFilesQuery(project.id), enabled: isOn });
  if (!isOn || !data) return null;
  return (
    <div className="flex flex-col gap-1 text-muted text-sm">
      <p>
        {data.lookedAt === null ? (
          "No orchestrator that has this directory has looked at task files yet."
        ) : (
          <>
            Task files were last looked at <RelativeTime at={data.lookedAt} />.
          </>
        )}
      </p>
      {data.remarks.length + data.items.length > 0 && (
        <ul aria-label="Task files to look at" className="list-inside list-disc">
          {data.remarks.map((remark) => (
            <li key={remark} className="[overflow-wrap:anywhere]">
              {remark}
            </li>
          ))}
          {data.items.map(({ key, path, conflicts, remarks }) => (
            <li key={key} className="[overflow-wrap:anywhere]">
              <Link href={`/p/${project.key}/t/${key}`} className="underline">
                {key}
              </Link>
              : {conflicts.length > 0 ? `disagrees with ${path}` : remarks.join(" ")}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
