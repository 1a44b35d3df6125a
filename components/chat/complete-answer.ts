import { type CompletionList, itemsMax, type KnownTask, taskKeys } from "@/components/chat/complete.ts";
import type { Asking } from "@/lib/chat/contract.ts";

/** What an answer that is being written may become: the key under the caret, or one of the choices. Enter sends what is written. */
export function answersAt(
  text: string,
  caret: number,
  { asking, tasks }: { asking: Asking; tasks: readonly KnownTask[] },
): CompletionList | null {
  if (asking.step === "after") return keysAt(text, caret, tasks);
  // What is written freely is not finished by guessing.
  if (asking.step !== "type" && asking.step !== "priority") return null;
  const typed = text.trimStart().toLowerCase();
  const offered = [...asking.choices, ...asking.moves.map((move) => ({ answer: move, label: "" }))];
  const items = offered
    .filter(({ answer }) => typed !== "" && answer.startsWith(typed))
    .map(({ answer, label }) => ({
      insert: answer,
      label: answer,
      detail: label.toLowerCase() === answer ? "" : label,
    }));
  return listOf({ kind: "value", from: 0, to: text.length, items, selectsFirst: false }, text);
}

/** Several may be named, with commas or spaces between. */
function keysAt(text: string, caret: number, tasks: readonly KnownTask[]): CompletionList | null {
  const from = text.slice(0, caret).search(/[^\s,;]*$/);
  const to = caret + text.slice(caret).search(/[\s,;]|$/);
  const word = text.slice(from, caret);
  if (word === "") return null;
  const { items } = taskKeys(tasks, word, "");
  return listOf({ kind: "task", from, to, items: items.slice(0, itemsMax), selectsFirst: false }, text);
}

/** Nothing is offered where it stands there already. */
function listOf(list: CompletionList, text: string): CompletionList | null {
  const [first, ...more] = list.items;
  const isThere = more.length === 0 && first?.insert.trim() === text.slice(list.from, list.to).trim();
  return first === undefined || isThere ? null : list;
}
