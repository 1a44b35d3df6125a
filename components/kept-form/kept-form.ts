const nameOf = (form: string) => `runboard.form.${form}`;

/** What was typed into a form of this shape and not sent, in this tab; null: nothing. */
export function readForm<Draft extends object>(form: string, empty: Draft): Draft | null {
  try {
    const kept = JSON.parse(sessionStorage.getItem(nameOf(form)) ?? "null") as Draft | null;
    return kept !== null && shapeOf(kept) === shapeOf(empty) ? kept : null;
  } catch {
    return null;
  }
}

/** A form as it was opened is nothing to keep. */
export function writeForm<Draft extends object>(form: string, draft: Draft, empty: Draft): void {
  try {
    if (JSON.stringify(draft) === JSON.stringify(empty)) sessionStorage.removeItem(nameOf(form));
    else sessionStorage.setItem(nameOf(form), JSON.stringify(draft));
  } catch {
    // Storage may be closed to us; then a form is lost with its dialog.
  }
}

/** The names of its fields: a tab may be older than the form it opens. */
const shapeOf = (draft: object): string =>
  JSON.stringify(draft, (_, value) =>
    value !== null && typeof value === "object" && !Array.isArray(value) ? value : 0,
  );
