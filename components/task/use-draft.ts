import { useState } from "react";

/** A text that survives a reload until it is saved or thrown away; null when there is none. Kept on this device. */
export function useDraft(id: string): [draft: string | null, setDraft: (text: string | null) => void] {
  const key = `runboard.draft.${id}`;
  const [state, setState] = useState(() => ({ key, text: read(key) }));
  if (state.key !== key) setState({ key, text: read(key) });

  const setDraft = (text: string | null) => {
    setState({ key, text });
    try {
      if (text === null) localStorage.removeItem(key);
      else localStorage.setItem(key, text);
    } catch {
      // Storage may be closed or full; then the draft lasts as long as the page.
    }
  };
  return [state.text, setDraft];
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
