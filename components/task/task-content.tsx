"use client";

import { useQuery } from "@tanstack/react-query";
import { parseAsInteger, useQueryState } from "nuqs";
import { useState } from "react";
import { TaskQuestions } from "@/components/question/task-questions.tsx";
import { useShortcuts } from "@/components/shortcuts.ts";
import { ActivityTab } from "@/components/task/activity-tab.tsx";
import { AttemptsRead } from "@/components/task/attempts-read.tsx";
import { LogsTab } from "@/components/task/logs-tab.tsx";
import { OverviewTab } from "@/components/task/overview-tab.tsx";
import { SessionsTab } from "@/components/task/sessions-tab.tsx";
import { TaskFacts } from "@/components/task/task-facts.tsx";
import { defaultTab, tabInUrl } from "@/components/task/task-tab.ts";
import { TaskTabs } from "@/components/task/task-tabs.tsx";
import { TitleEditor } from "@/components/task/title-editor.tsx";
import { useSave } from "@/components/task/use-save.ts";
import { TerminalTab, terminalSession } from "@/components/terminal/terminal-tab.tsx";
import { sessionsQuery } from "@/lib/client/queries.ts";
import type { Session } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

const none: readonly Session[] = [];

/** A task that is there: title, facts, tabs. Made anew for each task. */
export function TaskContent({ task, projectKey }: { task: Task; projectKey: string }) {
  const save = useSave();
  const attempts = useQuery(sessionsQuery({ taskId: task.id }));
  const { data: sessions = none } = attempts;
  // Decided when the task is opened: a tab must not change under somebody's eyes because the task went on.
  const [firstTab] = useState(() => defaultTab(task));
  const [chosenTab, setTab] = useQueryState("tab", tabInUrl);
  const [attempt, setAttempt] = useQueryState("attempt", parseAsInteger);
  const [isEditing, setEditing] = useState(false);
  const tab = chosenTab ?? firstTab;
  const terminal = terminalSession(sessions);

  const showLog = (chosen: number | null) => {
    void setAttempt(chosen);
    void setTab("logs");
  };
  useShortcuts([
    {
      id: "task.edit",
      keys: "e",
      scope: "Task",
      label: "Edit description",
      handler: () => {
        if (tab !== "overview") void setTab("overview");
        setEditing(true);
      },
    },
  ]);

  return (
    <>
      <div className="flex flex-col gap-1.5 px-4 pt-3 pb-2">
        <TitleEditor task={task} save={save} />
        <TaskFacts task={task} sessions={sessions} />
      </div>
      <TaskQuestions task={task} />
      <TaskTabs
        label={`Parts of ${task.key}`}
        value={tab}
        onChange={setTab}
        counts={{ sessions: sessions.length }}
        contents={{
          overview: (
            <OverviewTab
              {...{ task, projectKey, sessions, isEditing }}
              onEdit={setEditing}
              onShowLog={() => showLog(null)}
            />
          ),
          sessions: (
            <AttemptsRead attempts={attempts}>
              <SessionsTab task={task} sessions={sessions} onShowLog={showLog} />
            </AttemptsRead>
          ),
          logs: (
            <AttemptsRead attempts={attempts}>
              <LogsTab task={task} sessions={sessions} attempt={attempt} onChoose={setAttempt} />
            </AttemptsRead>
          ),
          terminal: (tab === "terminal" || terminal !== null) && (
            <AttemptsRead attempts={attempts}>
              <TerminalTab task={task} session={terminal} />
            </AttemptsRead>
          ),
          activity: <ActivityTab task={task} />,
        }}
      />
    </>
  );
}
