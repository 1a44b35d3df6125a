import { ArrowDown } from "lucide-react";
import type { ReactNode } from "react";
import { LiveTaskCard } from "@/components/chat/live-task-card.tsx";
import { Message, PendingMessage } from "@/components/chat/message.tsx";
import type { useStickToEnd } from "@/components/chat/use-stick-to-end.ts";
import type { useThread } from "@/components/chat/use-thread.ts";
import { Button } from "@/components/ui/button.tsx";

interface ThreadProps {
  projectId: string;
  projectKey: string;
  thread: ReturnType<typeof useThread>;
  /** Lines on their way. */
  pending: readonly string[];
  place: ReturnType<typeof useStickToEnd>;
  /** Under the last message. */
  offer: ReactNode;
  /** Under the message that asks it. */
  answers: { messageId: string; buttons: ReactNode } | null;
  /** In place of messages while there are none. */
  empty: ReactNode;
}

const nearStartPx = 120;

export function Thread({ projectId, projectKey, thread, pending, place, offer, answers, empty }: ThreadProps) {
  const { messages, older, loadOlder } = thread;
  const onScroll = () => {
    place.onScroll();
    const { current: box } = place.scroller;
    if (box && box.scrollTop < nearStartPx && box.scrollHeight > box.clientHeight && older === "unknown") {
      void loadOlder();
    }
  };
  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <div
        ref={place.scroller}
        onScroll={onScroll}
        role="log"
        aria-label="Messages"
        // Cards change all the time; only whole replies are announced.
        aria-live="off"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard
        tabIndex={0}
        className="min-h-0 flex-1 overflow-y-auto px-4 -outline-offset-2 [overflow-anchor:none]"
      >
        <div ref={place.content} className="flex flex-col gap-4 py-4">
          {older !== "none" && (
            <Button size="sm" variant="ghost" isBusy={older === "loading"} onClick={loadOlder}>
              {older === "failed" ? "Could not load older messages. Retry" : "Older messages"}
            </Button>
          )}
          {messages.map((message) => (
            <Message key={message.id} message={message}>
              {message.taskIds.map((taskId) => (
                <LiveTaskCard key={taskId} projectId={projectId} projectKey={projectKey} taskId={taskId} />
              ))}
              {answers?.messageId === message.id && answers.buttons}
            </Message>
          ))}
          {offer}
          {pending.map((text, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the same line may be sent twice
            <PendingMessage key={index} text={text} />
          ))}
          {messages.length + pending.length === 0 && empty}
        </div>
      </div>
      {!place.isAtEnd && (
        <Button
          size="sm"
          icon={<ArrowDown aria-hidden />}
          onClick={place.goToEnd}
          className="absolute! bottom-2 self-center shadow-menu"
        >
          Newest
        </Button>
      )}
    </div>
  );
}
