"use client";

import { ChevronDown, Infinity as InfinityIcon, Play } from "lucide-react";
import { useRef } from "react";
import { AutonomousNote } from "@/components/board/autonomous-note.tsx";
import { badgeOf, noteLines, whyNothing } from "@/components/board/autonomous-words.ts";
import { useAutonomousNote } from "@/components/board/use-autonomous-note.ts";
import { useTurnOff } from "@/components/board/use-turn-off.ts";
import { Button } from "@/components/ui/button.tsx";
import { Count } from "@/components/ui/count.tsx";
import { DropdownMenu } from "@/components/ui/dropdown-menu.tsx";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { tipOf } from "@/components/ui/tip.ts";
import { useAutonomous, useStartProcessing } from "@/lib/client/mutations.ts";
import { notify } from "@/lib/client/notify.ts";
import type { Project } from "@/lib/project/schema.ts";

/** The project's switch. Acts on the first press; the text itself says the state. */
export function AutonomousControl({ project }: { project: Project }) {
  const frame = useRef<HTMLSpanElement>(null);
  const autonomous = useAutonomous(project.id);
  const once = useStartProcessing(project.id);
  const note = useAutonomousNote(project.id, frame);
  const turnOff = useTurnOff(project.id, autonomous);
  const isOn = project.autonomousExecutionEnabled;
  const badge = badgeOf(project);

  const press = () => {
    if (isOn) {
      note.close();
      return turnOff();
    }
    autonomous.mutate(true);
    const [title, ...rest] = noteLines(project);
    note.offer(() => notify.info(title, { description: rest.join(" ") }));
  };

  return (
    <span ref={frame} className="relative inline-flex shrink-0">
      <Button
        variant={isOn ? "outline" : "primary"}
        icon={isOn ? <InfinityIcon aria-hidden /> : <Play aria-hidden />}
        isBusy={autonomous.isPending}
        aria-label={badge.label}
        onClick={press}
        className={isOn ? "min-w-48" : "min-w-41 rounded-e-none focus-visible:z-sticky"}
        {...(badge.value === 0 && !isOn && tipOf({ text: whyNothing(project), isExtra: true }))}
      >
        {isOn ? "Autonomous: ON" : "Start Processing"}
        <Count value={badge.value} tone="inherit" />
      </Button>
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
            className="-ms-px w-7 rounded-s-none border-s-surface focus-visible:z-sticky"
          >
            <ChevronDown aria-hidden />
          </IconButton>
        </DropdownMenu>
      )}
      {note.isOpen && <AutonomousNote project={project} onClose={note.close} />}
    </span>
  );
}
