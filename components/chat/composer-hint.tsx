import { useEffect } from "react";
import { chatCommands } from "@/lib/chat/command.ts";
import { announce } from "@/lib/client/announce.ts";

interface ComposerHintProps {
  id: string;
  text: string;
  /** Whether Enter alone runs the command of the last answer. */
  isOffered: boolean;
  /** Lines of the open list; 0 when closed. */
  count: number;
}

/** One line under the field: the arguments of the command being written, or which keys do what. */
export function ComposerHint({ id, text, isOffered, count }: ComposerHintProps) {
  const isOpen = count > 0;
  useEffect(() => {
    if (isOpen) announce("Suggestions are shown. Up and down choose, Tab takes one.");
  }, [isOpen]);

  const word = /^\/(\S+)\s/.exec(text)?.[1]?.toLowerCase();
  const command = chatCommands.find(({ name }) => name === word);
  return (
    <p id={id} className="min-h-4 text-subtle text-xs [overflow-wrap:anywhere]">
      {command ? <span className="font-mono">{command.usage}</span> : keysHint(text, isOffered, isOpen)}
    </p>
  );
}

function keysHint(text: string, isOffered: boolean, isOpen: boolean): string {
  if (isOpen) return "Up and down choose, Tab completes, Esc closes";
  if (text === "" && isOffered) return "Enter runs the offered command";
  return "Enter sends, Shift+Enter adds a line";
}
