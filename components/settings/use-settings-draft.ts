import { useState } from "react";
import { type Draft, noDraft } from "@/components/settings/draft.ts";

/** Edits by project, kept while the tab lives: going back or using a shortcut does not lose them. */
const kept = new Map<string, Draft>();

export function useSettingsDraft(projectId: string) {
  const [draft, setDraft] = useState<Draft>(() => kept.get(projectId) ?? noDraft);
  const change = (next: (draft: Draft) => Draft) => {
    setDraft((now) => {
      const changed = next(now);
      kept.set(projectId, changed);
      return changed;
    });
  };
  return { draft, change };
}
