import { copyText } from "@/components/ui/clipboard.ts";
import type { MenuEntry } from "@/components/ui/menu-entry.ts";
import { notify } from "@/lib/client/notify.ts";
import { mayHaveTerminal } from "@/lib/client/open-terminal.ts";
import { type PersonVerb, verbLabels, verbsFor } from "@/lib/client/verbs.ts";
import type { Task } from "@/lib/task/schema.ts";

interface MenuChoices {
  onVerb: (verb: PersonVerb) => void;
  onTerminal: () => void;
  onDelete: () => void;
}

/** Every legal verb, a terminal where one can be had, what can be copied, and Delete. */
export function menuOf(task: Task, { onVerb, onTerminal, onDelete }: MenuChoices): MenuEntry[] {
  const isBusy = task.status === "RUNNING" || task.status === "VALIDATING";
  return [
    ...verbsFor(task.status).map((verb) => ({ id: verb, label: verbLabels[verb], onSelect: () => onVerb(verb) })),
    ...(mayHaveTerminal(task) ? [{ id: "terminal", label: "Open a terminal", onSelect: onTerminal }] : []),
    { kind: "separator", id: "copies" },
    { id: "copy-key", label: "Copy key", onSelect: () => void copy(task.key) },
    { id: "copy-link", label: "Copy link", onSelect: () => void copy(window.location.href) },
    { kind: "separator", id: "danger" },
    {
      id: "delete",
      label: `Delete ${task.key}`,
      isDanger: true,
      isDisabled: isBusy,
      ...(isBusy && { note: "Cancel it first." }),
      onSelect: onDelete,
    },
  ];
}

async function copy(text: string) {
  if (await copyText(text)) notify.info(`Copied ${text}`);
  else notify.error("Could not copy", { description: "The browser refused." });
}
