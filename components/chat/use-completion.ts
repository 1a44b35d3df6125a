import { type KeyboardEvent, useState } from "react";
import { type Completion, type CompletionList, completionsAt, type KnownTask } from "@/components/chat/complete.ts";
import { answersAt } from "@/components/chat/complete-answer.ts";
import type { Asking } from "@/lib/chat/contract.ts";

interface Place {
  text: string;
  caret: number;
}

interface CompletionOptions extends Place {
  tasks: readonly KnownTask[];
  /** The question that a plain line answers. */
  asking: Asking | null;
  onPick: (item: Completion, list: CompletionList) => void;
}

/** The list under the caret, which line of it is active, and the keys that move in it. */
export function useCompletion({ text, caret, tasks, asking, onPick }: CompletionOptions) {
  const [dismissed, setDismissed] = useState<string | null>(null);
  const [chosen, setChosen] = useState({ at: "", index: -1 });

  const isAnswer = asking !== null && !text.startsWith("/");
  const found = isAnswer ? answersAt(text, caret, { asking, tasks }) : completionsAt(text, caret, tasks);
  const at = found ? `${found.from} ${text.slice(0, found.to)}` : "";
  const list = found && dismissed !== at ? found : null;
  const first = list?.selectsFirst ? 0 : -1;
  const active = Math.min(chosen.at === at ? chosen.index : first, (list?.items.length ?? 0) - 1);

  /** True when the key was for the list. */
  const onKey = (event: KeyboardEvent): boolean => {
    if (!list || event.nativeEvent.isComposing) return false;
    const count = list.items.length;
    const isPlain = !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "ArrowDown") setChosen({ at, index: (active + 1) % count });
    else if (event.key === "ArrowUp") setChosen({ at, index: active <= 0 ? count - 1 : active - 1 });
    else if (event.key === "Escape") setDismissed(at);
    else if (event.key === "Tab" && isPlain) onPick(list.items[Math.max(active, 0)]!, list);
    else if (event.key === "Enter" && isPlain && active >= 0) onPick(list.items[active]!, list);
    else return false;
    event.preventDefault();
    return true;
  };

  return { list, active, onKey };
}
