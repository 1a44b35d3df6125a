"use client";

import { ArrowDown, ArrowUp, CircleX, Download, Search } from "lucide-react";
import type { RefObject } from "react";
import { buttonStyles } from "@/components/ui/button-styles.ts";
import { CopyButton } from "@/components/ui/copy-button.tsx";
import { downloadText } from "@/components/ui/download-text.ts";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { Input } from "@/components/ui/input.tsx";
import { tipOf } from "@/components/ui/tip.ts";

interface TranscriptToolbarProps {
  field: RefObject<HTMLInputElement | null>;
  query: string;
  onQueryChange: (query: string) => void;
  found: readonly number[];
  /** Which of the found rows one is at, from 0; -1: none of them. */
  place: number;
  onNext: () => void;
  onPrevious: () => void;
  errors: number;
  onNextError: () => void;
  /** From the field into the rows. */
  onLeave: () => void;
  /** The whole of it. */
  text: () => string;
  /** The downloaded file's name, without its ending. */
  fileName: string;
}

export function TranscriptToolbar({ field, query, onQueryChange, found, place, ...props }: TranscriptToolbarProps) {
  const { onNext, onPrevious, errors, onNextError, onLeave, text, fileName } = props;
  const isSearching = query.trim() !== "";
  const total = found.length.toLocaleString("en");
  return (
    <div
      role="toolbar"
      aria-label="Transcript"
      className="flex flex-wrap items-center gap-1 border-border border-b bg-surface px-2 py-1"
    >
      <Input
        ref={field}
        type="search"
        size="sm"
        icon={<Search aria-hidden />}
        aria-label="Search the transcript"
        placeholder="Search"
        value={query}
        onChange={(event) => onQueryChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter") {
            event.preventDefault();
            if (event.shiftKey) onPrevious();
            else onNext();
          } else if (event.key === "Escape") {
            event.preventDefault();
            event.stopPropagation();
            onQueryChange("");
            onLeave();
          }
        }}
        className="min-w-32 max-w-56"
      />
      {isSearching && (
        <>
          <span role="status" className="min-w-14 text-subtle text-xs tabular-nums">
            {found.length === 0
              ? "Nothing"
              : place < 0
                ? `${total} ${found.length === 1 ? "row" : "rows"}`
                : `${(place + 1).toLocaleString("en")} of ${total}`}
          </span>
          <IconButton label="Previous match" shortcut="Shift+Enter" size="sm" onClick={onPrevious}>
            <ArrowUp aria-hidden />
          </IconButton>
          <IconButton label="Next match" shortcut="Enter" size="sm" onClick={onNext}>
            <ArrowDown aria-hidden />
          </IconButton>
        </>
      )}
      {errors > 0 && (
        <button
          type="button"
          onClick={onNextError}
          className={`${buttonStyles({ variant: "ghost", size: "sm" })} text-danger!`}
          {...tipOf({ text: "Next error", shortcut: "e" })}
        >
          <CircleX aria-hidden />
          {errors === 1 ? "1 error" : `${errors.toLocaleString("en")} errors`}
          <span className="sr-only">: go to the next</span>
        </button>
      )}
      <span className="ms-auto flex items-center gap-1">
        <CopyButton label="Copy transcript" text={text} />
        <IconButton label="Download transcript" size="sm" onClick={() => downloadText(text(), `${fileName}.md`)}>
          <Download aria-hidden />
        </IconButton>
      </span>
    </div>
  );
}
