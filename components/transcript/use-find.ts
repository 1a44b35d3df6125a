import { useDeferredValue, useMemo, useState } from "react";
import { indexAfter } from "@/components/transcript/sorted-numbers.ts";
import type { Transcript } from "@/components/transcript/transcript.ts";
import { createSearch } from "@/components/transcript/transcript-search.ts";

const none: readonly number[] = [];

/** The text that is looked for, the rows that have it, and the way from one to the next. */
export function useFind(transcript: Transcript) {
  "use no memo"; // the transcript changes in place
  const [query, setQuery] = useState("");
  const wanted = useDeferredValue(query.trim());
  const search = useMemo(() => (wanted === "" ? null : createSearch(transcript, wanted)), [transcript, wanted]);
  const found = search?.update() ?? none;
  /** For who goes on before the search has caught up with what was typed. */
  const findNow = () => {
    const text = query.trim();
    if (text === wanted) return found;
    return text === "" ? none : createSearch(transcript, text).update();
  };
  return { query, setQuery, found, findNow };
}

/** The next of some rows after this one, from the start again behind the last; -1: there is none. */
export function nextOf(list: readonly number[], from: number): number {
  const at = indexAfter(list, from);
  return list[Math.max(0, at)] ?? -1;
}

export function previousOf(list: readonly number[], from: number): number {
  const at = indexAfter(list, from - 1);
  const before = (at < 0 ? list.length : at) - 1;
  return list.at(before) ?? -1;
}
