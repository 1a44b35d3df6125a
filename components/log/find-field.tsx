"use client";

import { ArrowDown, ArrowUp, Search } from "lucide-react";
import type { RefObject } from "react";
import { IconButton } from "@/components/ui/icon-button.tsx";
import { Input } from "@/components/ui/input.tsx";

export interface Find {
  field: RefObject<HTMLInputElement | null>;
  query: string;
  onQueryChange: (query: string) => void;
  /** Indexes of the rows that have it, rising. */
  found: readonly number[];
  /** Which of the found rows one is at, from 0; -1: none of them. */
  place: number;
  onNext: () => void;
  onPrevious: () => void;
  /** From the field into the rows. */
  onLeave: () => void;
}

interface FindFieldProps extends Find {
  /** The accessible name, such as `Search the log`. */
  label: string;
  /** What is counted: a `line`, a `row`. */
  unit: string;
}

/** Searches rows of which the browser sees only those on screen, and goes from one to the next. */
export function FindField({ field, query, onQueryChange, found, place, label, unit, ...props }: FindFieldProps) {
  const { onNext, onPrevious, onLeave } = props;
  const total = found.length.toLocaleString("en");
  return (
    <>
      <Input
        ref={field}
        type="search"
        size="sm"
        icon={<Search aria-hidden />}
        aria-label={label}
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
      {query.trim() !== "" && (
        <>
          <span role="status" className="min-w-14 text-subtle text-xs tabular-nums">
            {found.length === 0
              ? "Nothing"
              : place < 0
                ? `${total} ${found.length === 1 ? unit : `${unit}s`}`
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
    </>
  );
}
