"use client";

import { useParams } from "next/navigation";
import { ErrorCard } from "@/components/error-card.tsx";
import { Panel } from "@/components/frame/panel.tsx";
import { TaskKey } from "@/components/task/task-key.tsx";
import { usePanelPlace } from "@/components/task/use-panel-place.ts";

interface PanelErrorProps {
  error: Error & { digest?: string };
  /** Reads the page anew. */
  retry: () => void;
}

/** A task that cannot be shown says so in its panel; the board beside it stays as it is. */
export default function PanelError({ error, retry }: PanelErrorProps) {
  const { key, task } = useParams<{ key: string; task: string }>();
  const { close } = usePanelPlace(key, task);
  return (
    <Panel label={`Task ${task}`} header={<TaskKey taskKey={task} />} onClose={close}>
      <ErrorCard title={`Could not show ${task}`} onRetry={retry} requestId={error.digest}>
        Nothing was changed; running tasks go on. Retry, and if it fails again reload the page.
      </ErrorCard>
    </Panel>
  );
}
