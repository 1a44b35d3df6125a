"use client";

import { useEffect, useState } from "react";
import { readForm, writeForm } from "@/components/kept-form/kept-form.ts";

/**
 * What is typed into a form, kept for this tab until it is sent: closing it loses nothing. `form` null: not kept, as what fills it
 * comes from elsewhere.
 */
export function useKeptForm<Draft extends object>(form: string | null, emptyForm: () => Draft) {
  const [empty] = useState(emptyForm);
  const [kept, setKept] = useState(() => (form === null ? null : readForm(form, empty)));
  const [draft, setDraft] = useState(kept ?? empty);

  useEffect(() => {
    if (form !== null) writeForm(form, draft, empty);
  }, [form, draft, empty]);

  return {
    draft,
    change: (part: Partial<Draft>) => setDraft((last) => ({ ...last, ...part })),
    /** It was found as it had been left. */
    isKept: kept !== null,
    startOver: () => {
      setKept(null);
      setDraft(empty);
    },
    /** It has been sent: nothing of it is kept any more. */
    forget: () => {
      if (form !== null) writeForm(form, empty, empty);
    },
  };
}
