import { useDeferredValue, useMemo, useRef, useState } from "react";
import type { Find } from "@/components/log/find-field.tsx";
import { createSearch, type Searchable } from "@/components/log/row-search.ts";
import { indexAfter } from "@/components/log/sorted-numbers.ts";

const none: readonly number[] = [];

interface Rows {
  /** The row one is at; -1: none. */
  active: number;
  /** Goes to a row that was found. */
  show: (index: number) => void;
  onLeave: () => void;
}

/** The text that is looked for, the rows that have it, and the way from one to the next. */
export function useFind(rows: Searchable, { active, show, onLeave }: Rows): Find {
  "use no memo"; // the rows change in place
  const field = useRef<HTMLInputElement>(null);
  const [query, onQueryChange] = useState("");
  const wanted = useDeferredValue(query.trim());
  const search = useMemo(() => (wanted === "" ? null : createSearch(rows, wanted)), [rows, wanted]);
  const found = search?.update() ?? none;
  /** For who goes on before the search has caught up with what was typed. */
  const findNow = () => {
    const text = query.trim();
    if (text === wanted) return found;
    return text === "" ? none : createSearch(rows, text).update();
  };
  const go = (index: number) => index >= 0 && show(index);
  return {
    ...{ field, query, onQueryChange, found, onLeave },
    place: found.indexOf(active),
    onNext: () => go(nextOf(findNow(), active)),
    onPrevious: () => go(previousOf(findNow(), active)),
  };
}

/** The next of some rows after this one, from the start again behind the last; -1: there is none. */
export function nextOf(list: readonly number[], from: number): number {
  const at = indexAfter(list, from);
  return list[Math.max(0, at)] ?? -1;
}

function previousOf(list: readonly number[], from: number): number {
  const at = indexAfter(list, from - 1);
  const before = (at < 0 ? list.length : at) - 1;
  return list.at(before) ?? -1;
}
