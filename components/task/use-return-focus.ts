import { type RefObject, useEffect, useRef } from "react";

/** For a button that an editor takes the place of: when the editor closes, the focus is on the button again. */
export function useReturnFocus(isEditing: boolean): RefObject<HTMLButtonElement | null> {
  const opener = useRef<HTMLButtonElement>(null);
  const wasEditing = useRef(isEditing);

  useEffect(() => {
    const hasClosed = wasEditing.current && !isEditing;
    wasEditing.current = isEditing;
    // Not where the person has gone on to something else meanwhile.
    if (hasClosed && (document.activeElement === document.body || document.activeElement === null))
      opener.current?.focus();
  }, [isEditing]);

  return opener;
}
