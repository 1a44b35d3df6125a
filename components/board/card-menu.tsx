import { ArrowRightLeft, Copy, CopyPlus, ExternalLink, Link2, SignalHigh, Tag, Trash2, Waypoints } from "lucide-react";
import type { Overlay } from "@/components/board/dialogs.ts";
import { taskStates } from "@/components/state.ts";
import { copyText } from "@/components/ui/clipboard.ts";
import type { MenuEntry } from "@/components/ui/menu-entry.ts";
import { StateIcon } from "@/components/ui/state-icon.tsx";
import { notify } from "@/lib/client/notify.ts";
import { type PersonVerb, statusAfter, verbLabels, verbsFor } from "@/lib/client/verbs.ts";
import type { Task } from "@/lib/task/schema.ts";

interface CardActions {
  open: () => void;
  href: string;
  run: (verb: PersonVerb) => void;
  show: (overlay: Overlay) => void;
}

const keysOf: Partial<Record<PersonVerb, string>> = {
  approve: "a",
  withdraw: "a",
  queue: "s",
  retry: "s",
  cancel: "s",
};

/** The menu of a card: what is legal now first. */
export function cardMenu(task: Task, { open, href, run, show }: CardActions): MenuEntry[] {
  const verbs = verbsFor(task.status);
  const canStart = verbs.includes("queue") || verbs.includes("retry") || task.status === "DRAFT";
  return [
    { id: "open", label: "Open", icon: <ExternalLink aria-hidden />, shortcut: "o", onSelect: open },
    { kind: "separator", id: "line-1" },
    ...verbs.map((verb) => ({
      id: verb,
      label: verbLabels[verb],
      icon: <StateIcon state={{ ...taskStates[statusAfter(verb)], isSpinning: undefined }} />,
      shortcut: verb === "cancel" && !canStart ? "s" : keysOf[verb],
      isDanger: verb === "cancel",
      onSelect: () => run(verb),
    })),
    {
      id: "move",
      label: "Move to...",
      icon: <ArrowRightLeft aria-hidden />,
      shortcut: "m",
      onSelect: () => show({ kind: "move", task }),
    },
    { kind: "separator", id: "line-2" },
    {
      id: "priority",
      label: "Priority...",
      icon: <SignalHigh aria-hidden />,
      shortcut: "p",
      onSelect: () => show({ kind: "priority", task }),
    },
    { id: "tags", label: "Tags...", icon: <Tag aria-hidden />, onSelect: () => show({ kind: "tags", task }) },
    {
      id: "depends",
      label: "Depends on...",
      icon: <Waypoints aria-hidden />,
      shortcut: "d",
      onSelect: () => show({ kind: "depends", task }),
    },
    {
      id: "duplicate",
      label: "Duplicate",
      icon: <CopyPlus aria-hidden />,
      onSelect: () => show({ kind: "new", copyOf: task }),
    },
    {
      id: "link",
      label: "Copy link",
      icon: <Link2 aria-hidden />,
      onSelect: () => copy(`${window.location.origin}${href}`, "Link copied"),
    },
    { id: "key", label: "Copy key", icon: <Copy aria-hidden />, onSelect: () => copy(task.key, "Key copied") },
    { kind: "separator", id: "line-3" },
    {
      id: "delete",
      label: "Delete",
      icon: <Trash2 aria-hidden />,
      isDanger: true,
      onSelect: () => show({ kind: "delete", task }),
    },
  ];
}

async function copy(text: string, done: string) {
  notify.info((await copyText(text)) ? done : "Could not copy: the browser refused");
}
