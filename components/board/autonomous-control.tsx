"use client";

import { useQueryClient } from "@tanstack/react-query";
import { ChevronDown, Infinity as InfinityIcon, Play } from "lucide-react";
import { useState } from "react";
import { AutonomousNote } from "@/components/board/autonomous-note.tsx";
import { badgeOf, offText, whyNothing } from "@/components/board/autonomous-words.ts";
import { hasSeen, markSeen } from "@/components/board/seen.ts";
import { Button } from "@/components/ui/button.tsx";
import { Count } from "@/components/ui/count.tsx";
import { DropdownMenu } from "@/components/ui/dropdown-menu.tsx";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { notify } from "@/components/ui/notify.ts";
import { Tooltip } from "@/components/ui/tooltip.tsx";
import { useAutonomous, useStartProcessing, useTaskVerb } from "@/lib/client/mutations.ts";
import { readColumns } from "@/lib/client/tasks.ts";
import type { Project } from "@/lib/project/schema.ts";

/** The board's switch. Acts on the first press; the text itself says the state. */
export function AutonomousControl({ project }: { project: Project }) {
  const client = useQueryClient();
  const autonomous = useAutonomous(project.id);
  const once = useStartProcessing(project.id);
  const verbs = useTaskVerb();
  const [isNoteOpen, setNoteOpen] = useState(false);
  const isOn = project.autonomousExecutionEnabled;
  const badge = badgeOf(project);

  const turnOn = () => {
    autonomous.mutate(true);
    const note = `autonomous.${project.id}`;
    if (!hasSeen(note)) setNoteOpen(true);
    markSeen(note);
  };
  const turnOff = () => {
    setNoteOpen(false);
    const { running, queued } = readColumns(client, project.id);
    const returned = queued.filter(({ queuedBy }) => queuedBy === "system").length;
    autonomous.mutate(false, {
      onSuccess: () =>
        notify.info("Autonomous is off", {
          id: `autonomous-${project.id}`,
          description: offText(running.length, returned),
          action:
            running.length > 0
              ? {
                  label: "Cancel the running ones",
                  onClick: () => {
                    for (const task of running) verbs.mutate({ task, verb: "cancel" });
                  },
                }
              : undefined,
        }),
    });
  };

  const main = (
    <Button
      variant={isOn ? "outline" : "primary"}
      icon={isOn ? <InfinityIcon aria-hidden /> : <Play aria-hidden />}
      isBusy={autonomous.isPending}
      aria-label={badge.label}
      onClick={isOn ? turnOff : turnOn}
      className={isOn ? "min-w-48" : "min-w-41 rounded-e-none focus-visible:z-sticky"}
    >
      {isOn ? "Autonomous: ON" : "Start Processing"}
      <Count value={badge.value} tone="inherit" />
    </Button>
  );
  return (
    <span className="relative inline-flex shrink-0">
      {badge.value === 0 && !isOn ? <Tooltip text={whyNothing(project)}>{main}</Tooltip> : main}
      {!isOn && (
        <DropdownMenu
          entries={[
            {
              id: "once",
              label: "Run these once",
              icon: <Play aria-hidden />,
              note: "Queues what is ready now; autonomous mode stays off.",
              onSelect: () => once.mutate(),
            },
          ]}
        >
          <IconButton
            label="Other ways to start"
            variant="primary"
            className="-ms-px aspect-auto w-7 rounded-s-none border-s-surface focus-visible:z-sticky"
          >
            <ChevronDown aria-hidden />
          </IconButton>
        </DropdownMenu>
      )}
      {isNoteOpen && <AutonomousNote project={project} onClose={() => setNoteOpen(false)} />}
    </span>
  );
}
