import type { ReactNode } from "react";
import { MessageText } from "@/components/chat/message-text.tsx";
import { cn } from "@/components/ui/class-names.ts";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import type { ChatMessage } from "@/lib/chat/contract.ts";

interface MessageProps {
  message: ChatMessage;
  /** Cards and buttons under the text. */
  children?: ReactNode;
}

export function Message({ message, children }: MessageProps) {
  const { kind, author, text, createdAt } = message;
  const isOwn = kind === "message";
  return (
    <article
      aria-label={`${nameOf(author)}${isOwn ? "" : " answered"}`}
      className={cn("flex min-w-0 flex-col gap-1", isOwn && "items-end")}
    >
      <p className="flex items-baseline gap-2 text-xs">
        <span className="font-medium text-muted">{nameOf(author)}</span>
        <RelativeTime at={createdAt} className="text-subtle" />
      </p>
      <div className={cn("min-w-0 max-w-full", isOwn && "ms-6 rounded-lg bg-selected px-3 py-1.5")}>
        <MessageText text={text} />
      </div>
      {children}
    </article>
  );
}

/** A line on its way to the server. */
export function PendingMessage({ text }: { text: string }) {
  return (
    <div className="flex flex-col items-end gap-1">
      <p className="text-subtle text-xs">Sending…</p>
      <div className="ms-6 max-w-full rounded-lg bg-sunken px-3 py-1.5">
        <MessageText text={text} />
      </div>
    </div>
  );
}

const nameOf = ({ type, name }: ChatMessage["author"]) => (type === "person" ? "You" : name);
