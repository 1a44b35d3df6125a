"use client";

import { Ellipsis } from "lucide-react";
import Link from "next/link";
import type { MouseEvent } from "react";
import { useBoard } from "@/components/board/board-provider.tsx";
import { asksPerson, CardLine, DependencyBadges, NoticedBadge } from "@/components/board/card-lines.tsx";
import type { Overlay } from "@/components/board/dialogs.ts";
import { buttonStyles } from "@/components/ui/button-styles.ts";
import { cn } from "@/components/ui/class-names.ts";
import { formatUsd } from "@/components/ui/format-amount.ts";
import { PriorityGlyph, priorities } from "@/components/ui/priority-glyph.tsx";
import { RelativeTime } from "@/components/ui/relative-time.tsx";
import type { TaskStatus } from "@/lib/task/machine.ts";
import type { Task } from "@/lib/task/schema.ts";

interface CardProps {
  task: Task;
  isOpen?: boolean;
  isDimmed?: boolean;
  isLifted?: boolean;
  isPending?: boolean;
}

/** The 3 px at the start: only for what needs a person, and for what is blocked. */
const edges: Partial<Record<TaskStatus, string>> = {
  REVIEW: "before:bg-attention",
  FAILED: "before:bg-danger",
  STALLED: "before:bg-danger",
};

/** Where what counts is how long ago it came there. */
const isAged: ReadonlySet<TaskStatus> = new Set(["REVIEW", "COMPLETED", "FAILED", "STALLED", "CANCELLED"]);

export function Card({ task, isOpen = false, isDimmed = false, isLifted = false, isPending = false }: CardProps) {
  const { hrefOf, openTask, show } = useBoard();
  const edge = asksPerson(task) ? "before:bg-attention" : edges[task.status];
  const isBlocked = task.blockedBy.length > 0 && task.status !== "COMPLETED";

  const overlayAt = (kind: "menu" | "why" | "dependencies") => (event: MouseEvent) => {
    event.preventDefault();
    event.stopPropagation();
    show({ kind, task, at: pointOf(event) } satisfies Overlay);
  };
  const openFromAnywhere = (event: MouseEvent) => {
    if (!event.defaultPrevented && event.button === 0 && !hasModifier(event)) openTask(task);
  };

  return (
    // The title is the link; a press elsewhere on the card is a convenience for pointers.
    // biome-ignore lint/a11y/noStaticElementInteractions: see above
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      data-card={task.id}
      onClick={openFromAnywhere}
      onContextMenu={overlayAt("menu")}
      className={cn(
        "group/card relative flex touch-manipulation select-none flex-col gap-1.5 overflow-hidden rounded-lg border py-2.5 pe-2 hover:border-border-strong compact:py-2",
        "has-[[data-title]:focus-visible]:outline-2 has-[[data-title]:focus-visible]:outline-focus has-[[data-title]:focus-visible]:outline-offset-1",
        edge && `before:absolute before:inset-y-0 before:start-0 before:w-[3px] ${edge}`,
        isBlocked && !edge ? "border-s-[3px] ps-2.5 [border-inline-start-style:dashed]" : "ps-3",
        isOpen ? "bg-selected" : "bg-surface",
        isOpen || isLifted
          ? "border-accent"
          : isBlocked && !edge
            ? "border-border border-s-border-strong"
            : "border-border",
        isDimmed && "opacity-60",
        isLifted && "border-dashed",
      )}
    >
      <div className="flex min-h-5 items-center gap-2">
        <span className="font-mono text-subtle text-xs">{task.key}</span>
        <span className="truncate text-subtle text-xs">{task.type}</span>
        {task.priority !== 2 && <PriorityGlyph priority={priorities[task.priority] ?? "MEDIUM"} />}
        {isAged.has(task.status) && <RelativeTime at={task.statusSince} className="ms-auto text-subtle text-xs" />}
        <button
          type="button"
          tabIndex={-1}
          aria-label={`Actions for ${task.key}`}
          aria-haspopup="menu"
          onClick={overlayAt("menu")}
          className={cn(
            buttonStyles({ variant: "ghost", size: "sm", isIcon: true }),
            isAged.has(task.status) ? "" : "ms-auto",
            "h-6! opacity-0 focus-visible:opacity-100 group-hover/card:opacity-100 group-has-[[data-title]:focus-visible]/card:opacity-100 pointer-coarse:opacity-100",
          )}
        >
          <Ellipsis aria-hidden />
        </button>
      </div>
      <Link
        id={`card-${task.id}`}
        data-title
        href={hrefOf(task)}
        prefetch={false}
        scroll={false}
        draggable={false}
        aria-keyshortcuts="Space M"
        className="line-clamp-2 break-words font-medium text-sm text-text outline-none"
      >
        {task.title}
      </Link>
      <div className="flex flex-wrap gap-1.5 empty:hidden">
        <DependencyBadges task={task} onPress={overlayAt("dependencies")} />
        <NoticedBadge task={task} />
      </div>
      <CardLine task={task} onWhy={overlayAt("why")} />
      <CardFoot tags={task.tags} costUsd={task.session?.costUsd ?? null} />
      {isPending && (
        <span
          aria-hidden
          className="absolute inset-x-0 bottom-0 h-0.5 animate-in bg-accent fade-in-0 fill-mode-both delay-400"
        />
      )}
    </div>
  );
}

function CardFoot({ tags, costUsd }: { tags: readonly string[]; costUsd: number | null }) {
  if (tags.length === 0 && costUsd === null) return null;
  return (
    <div className="flex min-w-0 items-center gap-2 text-subtle text-xs compact:hidden">
      {tags.slice(0, 3).map((tag) => (
        <span key={tag} className="flex min-w-0 items-center gap-1">
          <span aria-hidden className="size-1.5 shrink-0 rounded-full bg-border-strong" />
          <span className="truncate">{tag}</span>
        </span>
      ))}
      {tags.length > 3 && <span>+{tags.length - 3}</span>}
      {costUsd !== null && (
        <span title="Cost of this attempt so far" className="ms-auto shrink-0 tabular-nums">
          {formatUsd(costUsd)}
        </span>
      )}
    </div>
  );
}

const hasModifier = (event: MouseEvent) => event.metaKey || event.ctrlKey || event.shiftKey || event.altKey;

/** By keyboard there is no pointer: then it opens at the element. */
function pointOf(event: MouseEvent) {
  if (event.clientX > 0 || event.clientY > 0) return { x: event.clientX, y: event.clientY };
  const { left, bottom } = event.currentTarget.getBoundingClientRect();
  return { x: left + 16, y: bottom };
}
