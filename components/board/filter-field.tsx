"use client";

import { Search, X } from "lucide-react";
import { useRef } from "react";
import { chipText, isEmptyFilter, parseChip } from "@/components/board/filter.ts";
import { FilterTotal } from "@/components/board/filter-total.tsx";
import { useFilter } from "@/components/board/use-filter.ts";
import { useShortcuts } from "@/components/shortcuts.ts";
import { Button } from "@/components/ui/button.tsx";
import { Input } from "@/components/ui/input.tsx";
import { Kbd } from "@/components/ui/kbd.tsx";

/** Words and chips; `tag:api` and a space or Enter becomes a chip, Backspace takes the last one back. */
export function FilterField() {
  const { filter, setText, addChip, removeChip, clear } = useFilter();
  const field = useRef<HTMLInputElement>(null);
  useShortcuts([{ id: "filter", keys: "/", scope: "Board", label: "Filter", handler: () => field.current?.focus() }]);

  const onKeyDown = (event: React.KeyboardEvent<HTMLInputElement>) => {
    const chip = event.key === "Enter" || event.key === " " ? parseChip(filter.text) : null;
    const last = filter.chips.at(-1);
    if (chip) addChip(chip);
    else if (event.key === "Backspace" && filter.text === "" && last) removeChip(last);
    else if (event.key === "Escape" && !isEmptyFilter(filter)) clear();
    else if (event.key === "Escape") field.current?.blur();
    else return;
    event.preventDefault();
  };

  return (
    <search className="flex min-w-0 flex-1 flex-wrap items-center gap-1.5">
      <div className="w-full min-w-0 sm:w-56">
        <Input
          ref={field}
          size="sm"
          type="text"
          aria-label="Filter tasks"
          placeholder="Filter tasks"
          title="Words, or tag:api, type:cli, priority:high, is:blocked"
          value={filter.text}
          icon={<Search aria-hidden />}
          end={<Kbd keys="/" />}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={onKeyDown}
        />
      </div>
      {filter.chips.map((chip) => (
        <span
          key={chipText(chip)}
          className="flex h-6 items-center gap-1 rounded-sm border border-border bg-selected ps-2 text-xs"
        >
          {chipText(chip)}
          <button
            type="button"
            aria-label={`Remove ${chipText(chip)}`}
            onClick={() => removeChip(chip)}
            className="hit-area relative flex size-6 items-center justify-center text-muted hover:text-text"
          >
            <X aria-hidden className="size-3" />
          </button>
        </span>
      ))}
      {!isEmptyFilter(filter) && (
        <>
          <FilterTotal />
          <Button variant="link" size="sm" onClick={clear}>
            Clear
          </Button>
        </>
      )}
    </search>
  );
}
