/** The line being written, kept for this tab: closing the dock loses nothing. */
const nameOf = (projectId: string) => `runboard.chat-draft.${projectId}`;

export function readDraft(projectId: string): string {
  try {
    return sessionStorage.getItem(nameOf(projectId)) ?? "";
  } catch {
    return "";
  }
}

export function writeDraft(projectId: string, text: string): void {
  try {
    if (text === "") sessionStorage.removeItem(nameOf(projectId));
    else sessionStorage.setItem(nameOf(projectId), text);
  } catch {
    // Storage may be closed to us; then the draft lives as long as the dock.
  }
}
