import { MessageSquare } from "lucide-react";
import { examplesFor } from "@/components/chat/examples.ts";

interface ChatEmptyProps {
  projectKey: string;
  /** Puts an example into the field. */
  onPick: (text: string) => void;
}

export function ChatEmpty({ projectKey, onPick }: ChatEmptyProps) {
  return (
    <div className="flex flex-col gap-3 py-6">
      <MessageSquare aria-hidden className="size-5 text-subtle" />
      <p className="font-medium text-base">Drive the board by writing</p>
      <p className="text-muted text-sm">
        A line that begins with / is a command. The answer is a card that keeps itself up to date. Try one:
      </p>
      <ul className="flex flex-col gap-2">
        {examplesFor(projectKey).map(({ text, says }) => (
          <li key={text}>
            <button
              type="button"
              onClick={() => onPick(text)}
              className="flex w-full flex-col gap-0.5 rounded-md border border-border px-3 py-2 text-start hover:border-border-strong hover:bg-bg"
            >
              <span className="font-mono text-mono-sm [overflow-wrap:anywhere]">{text}</span>
              <span className="text-muted text-xs">{says}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
