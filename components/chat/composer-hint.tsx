import { useEffect } from "react";
import { chatCommands } from "@/lib/chat/command.ts";
import type { Asking } from "@/lib/chat/contract.ts";
import { announce } from "@/lib/client/announce.ts";

interface ComposerHintProps {
  id: string;
  text: string;
  /** Whether Enter alone runs the command of the last answer. */
  isOffered: boolean;
  /** The question that a plain line answers. */
  asking: Asking | null;
  /** Lines of the open list; 0 when closed. */
  count: number;
}

/** One line under the field: the arguments of the command being written, or which keys do what. */
export function ComposerHint({ id, text, isOffered, asking, count }: ComposerHintProps) {
  const isOpen = count > 0;
  useEffect(() => {
    if (isOpen) announce("Suggestions are shown. Up and down choose, Tab takes one.");
  }, [isOpen]);

  const word = /^\/(\S+)\s/.exec(text)?.[1]?.toLowerCase();
  const command = chatCommands.find(({ name }) => name === word);
  return (
    <p id={id} className="min-h-4 text-subtle text-xs [overflow-wrap:anywhere]">
      {command ? <span className="font-mono">{command.usage}</span> : hintOf({ text, isOffered, asking, isOpen })}
    </p>
  );
}

interface Written extends Pick<ComposerHintProps, "text" | "isOffered" | "asking"> {
  isOpen: boolean;
}

function hintOf({ text, isOffered, asking, isOpen }: Written): string {
  if (isOpen) return "Up and down choose, Tab completes, Esc closes";
  if (asking) return answerHint(text, asking);
  if (text === "" && isOffered) return "Enter runs the offered command";
  return "Enter sends, Shift+Enter adds a line";
}

function answerHint(text: string, { usual }: Asking): string {
  if (text.startsWith("/")) return "A command ends the question";
  if (text.trim() !== "") return "Enter sends this as your answer";
  if (usual === null) return "Your line is the answer";
  return `Your line is the answer; Enter alone: ${usual.length > 20 ? "the choice above" : usual}`;
}
