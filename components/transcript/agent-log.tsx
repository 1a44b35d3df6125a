"use client";

import { useQuery } from "@tanstack/react-query";
import { LogViewer } from "@/components/log/log-viewer.tsx";
import { useLog, useLogInto } from "@/components/log/use-log.ts";
import { ContinueBox } from "@/components/prompt/continue-box.tsx";
import { PromptList } from "@/components/prompt/prompt-list.tsx";
import { SayBox } from "@/components/prompt/say-box.tsx";
import { createTranscriptBuffer } from "@/components/transcript/transcript-buffer.ts";
import { TranscriptView } from "@/components/transcript/transcript-view.tsx";
import { promptsQuery } from "@/lib/client/queries.ts";
import { isSessionLive } from "@/lib/session/machine.ts";
import type { Session, SessionPrompt } from "@/lib/session/schema.ts";
import type { Task } from "@/lib/task/schema.ts";

interface AgentLogProps {
  task: Task;
  session: Session;
  /** Only the last attempt can be gone on with. */
  isNewest: boolean;
  view: "transcript" | "raw";
}

const none: readonly SessionPrompt[] = [];

/** An agent's session: what it said and did, what people said to it, and the place to say more. */
export function AgentLog({ task, session, isNewest, view }: AgentLogProps) {
  const isLive = isSessionLive(session.status);
  const { sink: buffer, problem } = useLogInto(createTranscriptBuffer, session.id, isLive);
  const { data: prompts = none } = useQuery(promptsQuery(session.id));
  const title = `${task.key}, attempt ${session.attempt}`;
  const fileName = `${task.key}-attempt-${session.attempt}`;
  return (
    <div data-tall className="flex min-h-0 flex-1 flex-col gap-2">
      {view === "raw" ? (
        <RawLog {...{ session, title, fileName }} />
      ) : (
        <TranscriptView
          {...{ buffer, isLive, problem, fileName }}
          isEmpty={session.logBytes === 0}
          startsAtEnd={session.status !== "SUCCEEDED"}
          prompts={new Map(prompts.map((prompt) => [prompt.id, prompt]))}
          label={`Transcript of ${title}`}
        />
      )}
      {prompts.length > 0 && <PromptList prompts={prompts} taskId={task.id} />}
      {isLive ? (
        <SayBox session={session} taskId={task.id} />
      ) : (
        isNewest && <ContinueBox task={task} session={session} />
      )}
    </div>
  );
}

function RawLog({ session, title, fileName }: { session: Session; title: string; fileName: string }) {
  const isLive = isSessionLive(session.status);
  const { sink: buffer, problem } = useLog(session.id, isLive);
  return (
    <LogViewer
      {...{ buffer, isLive, problem, fileName }}
      isEmpty={session.logBytes === 0}
      label={`Raw log of ${title}`}
      className="flex-1"
    />
  );
}
