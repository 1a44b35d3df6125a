"use client";

import { useEffect, useRef, useState } from "react";
import { Answers } from "@/components/chat/answers.tsx";
import { ChatEmpty } from "@/components/chat/chat-empty.tsx";
import { Composer } from "@/components/chat/composer.tsx";
import { readDraft, writeDraft } from "@/components/chat/draft-store.ts";
import { Offer } from "@/components/chat/offer.tsx";
import { openQuestion } from "@/components/chat/open-question.ts";
import { offerIn } from "@/components/chat/suggestion.ts";
import { Thread } from "@/components/chat/thread.tsx";
import { useAnnounceReplies } from "@/components/chat/use-announce-replies.ts";
import { useKeyboardInset } from "@/components/chat/use-keyboard-inset.ts";
import { useKnownTasks } from "@/components/chat/use-known-tasks.ts";
import { stillPending, useSend } from "@/components/chat/use-send.ts";
import { useStickToEnd } from "@/components/chat/use-stick-to-end.ts";
import { useThread } from "@/components/chat/use-thread.ts";
import { ErrorCard } from "@/components/error-card.tsx";
import { Panel } from "@/components/frame/panel.tsx";
import { LazyManyTasks } from "@/components/many-tasks/lazy-many-tasks.tsx";
import { readFiles, type Source } from "@/components/many-tasks/read-files.ts";
import { answerChat, isChatAsked } from "@/components/project/chat-switch.ts";

interface ChatDockProps {
  projectId: string;
  projectKey: string;
  onClose: () => void;
}

/** The project's thread beside the board: words, commands, and answers that are live cards. */
export function ChatDock({ projectId, projectKey, onClose }: ChatDockProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const [takesFocus] = useState(isChatAsked);
  const [text, setText] = useState(() => readDraft(projectId));
  const [problem, setProblem] = useState<string | null>(null);
  const [many, setMany] = useState<Source | null>(null);
  const inset = useKeyboardInset();
  const thread = useThread(projectId);
  const { messages } = thread;
  useAnnounceReplies(messages, thread.isLoading);

  const write = (next: string) => {
    setText(next);
    writeDraft(projectId, next);
  };
  const { send, pending } = useSend(projectId, (failed, reason) => {
    // From the store, not from `text`: this may come after more was written, or after the dock was closed.
    const since = readDraft(projectId);
    write(since === "" ? failed : `${failed}\n${since}`);
    setProblem(reason);
  });
  const waiting = stillPending(pending, messages);
  const place = useStickToEnd(messages[0]?.id, messages.length + waiting.length);

  // After the panel took the focus. The next page has a dock of its own, for which nobody has asked.
  useEffect(() => {
    if (takesFocus) field.current?.focus();
    answerChat();
  }, [takesFocus]);

  const say = (line: string) => {
    setProblem(null);
    // A list is looked at before it becomes cards.
    const list = /^\/tasks(?:\s+([\s\S]*))?$/i.exec(line);
    if (list) return setMany({ text: list[1] ?? "", fileName: null });
    write("");
    place.goToEnd();
    send({ text: line, afterId: messages.at(-1)?.id ?? "" });
  };
  const takeFiles = async (files: Iterable<File>) => {
    setProblem(null);
    try {
      setMany(await readFiles(files));
    } catch (thrown) {
      setProblem((thrown as Error).message);
    }
  };
  const run = (line: string) => {
    say(line);
    field.current?.focus();
  };
  const answer = (line: string) => {
    say(line);
    // Where there is a keyboard on the screen, the field would bring it up over the next question.
    if (!window.matchMedia("(pointer: coarse)").matches) field.current?.focus();
  };
  const pick = (line: string) => {
    write(line);
    field.current?.focus();
  };

  const offer = waiting.length === 0 ? offerIn(messages) : null;
  const question = waiting.length === 0 ? openQuestion(messages) : null;
  const asking = question?.asking ?? null;
  const sent = messages.filter(({ kind, author }) => kind === "message" && author.type === "person").map((m) => m.text);

  return (
    <Panel
      {...{ label: "Chat", size: "chat", takesFocus, onClose }}
      header={<h2 className="font-semibold text-base">Chat</h2>}
    >
      <div className="flex min-h-0 flex-1 flex-col" style={{ paddingBottom: inset }}>
        {thread.problem ? (
          <div className="flex-1 overflow-y-auto px-4">
            <ErrorCard title="Could not load the messages" onRetry={thread.retry}>
              {thread.problem.message}
            </ErrorCard>
          </div>
        ) : (
          <Thread
            projectId={projectId}
            projectKey={projectKey}
            thread={thread}
            pending={waiting}
            place={place}
            offer={offer && <Offer command={offer} onRun={() => run(offer)} />}
            answers={
              question && {
                messageId: question.messageId,
                buttons: <Answers asking={question.asking} onAnswer={answer} />,
              }
            }
            empty={!thread.isLoading && <ChatEmpty projectKey={projectKey} onPick={pick} />}
          />
        )}
        <Composer
          field={field}
          text={text}
          onTextChange={write}
          onSend={say}
          onFiles={takeFiles}
          onProblem={setProblem}
          offer={offer}
          asking={asking}
          problem={problem}
          tasks={useKnownTasks(projectId, text.startsWith("/") || asking?.step === "after")}
          sent={sent}
        />
      </div>
      {many && (
        <LazyManyTasks
          projectId={projectId}
          source={many}
          onClose={() => setMany(null)}
          onCreated={() => text.startsWith("/tasks") && write("")}
        />
      )}
    </Panel>
  );
}
