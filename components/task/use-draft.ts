import { useSyncExternalStore } from "react";

const prefix = "runboard.draft.";
const readers = new Set<() => void>();
/** Where storage is closed to us a draft lasts as long as the page. */
const unstored = new Map<string, string>();

/** A text that survives a reload until it is saved or thrown away; null when there is none. Kept on this device. */
export function useDraft(id: string): [draft: string | null, setDraft: (text: string | null) => void] {
  // The server knows no drafts, so while hydrating there is none.
  const draft = useSyncExternalStore(
    subscribe,
    () => readDraft(id),
    () => null,
  );
  return [draft, (text) => writeDraft(id, text)];
}

function subscribe(reader: () => void) {
  readers.add(reader);
  return () => readers.delete(reader);
}

function readDraft(id: string): string | null {
  try {
    return unstored.get(id) ?? localStorage.getItem(prefix + id);
  } catch {
    return null;
  }
}

function writeDraft(id: string, text: string | null) {
  unstored.delete(id);
  try {
    if (text === null) localStorage.removeItem(prefix + id);
    else localStorage.setItem(prefix + id, text);
  } catch {
    if (text !== null) unstored.set(id, text);
  }
  for (const reader of readers) reader();
}
