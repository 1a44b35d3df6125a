import { type ReactNode, useState } from "react";

interface FoldedProps {
  title: string;
  /** What is inside, in a few words. */
  note?: string;
  isOpenAtFirst?: boolean;
  /** Something inside is wrong: it opens by itself. */
  isWrong: boolean;
  children: ReactNode;
}

/** A part of a form that most people never need. */
export function Folded({ title, note, isOpenAtFirst = false, isWrong, children }: FoldedProps) {
  const [isOpen, setOpen] = useState(isOpenAtFirst);
  return (
    <details
      open={isOpen || isWrong}
      onToggle={(event) => setOpen(event.currentTarget.open)}
      className="rounded-md border border-border"
    >
      <summary className="cursor-pointer select-none rounded-md px-3 py-2 text-sm">
        <span className="font-medium text-muted">{title}</span>
        {note && <span className="ms-2 text-subtle text-xs">{note}</span>}
      </summary>
      <div className="flex flex-col gap-3 px-3 pt-1 pb-3">{children}</div>
    </details>
  );
}
