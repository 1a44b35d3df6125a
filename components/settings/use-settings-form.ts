import { useState } from "react";
import { changesOf, conflictsOf, edit, noDraft, textIn, without } from "@/components/settings/draft.ts";
import { fieldNamed } from "@/components/settings/setting-fields.ts";
import { checkText } from "@/components/settings/setting-texts.ts";
import { type SettingTexts, textsOf } from "@/components/settings/setting-values.ts";
import { type ConfigRow, useSaveSettings } from "@/components/settings/use-save-settings.ts";
import { useSettingsDraft } from "@/components/settings/use-settings-draft.ts";
import { announce } from "@/lib/client/announce.ts";
import type { Project } from "@/lib/project/schema.ts";

type Errors = Record<string, string>;

/** The edits of the page: what is changed, what is wrong with it, and saving it. `show` leads to a refused field. */
export function useSettingsForm(project: Project, config: ConfigRow | undefined, show: (name: string) => void) {
  const [errors, setErrors] = useState<Errors>({});
  const { draft, change } = useSettingsDraft(project.id);
  const save = useSaveSettings();
  const saved = textsOf(project, config?.values);
  const changes = changesOf(draft, saved);
  const conflicts = conflictsOf(draft, saved);

  const refuse = (found: Errors) => {
    setErrors(found);
    const first = Object.keys(found).find((name) => name !== "");
    if (first !== undefined) show(first);
  };
  const submit = async () => {
    if (save.isPending || Object.keys(changes).length === 0) return;
    const wrong = errorsIn(changes);
    if (Object.keys(wrong).length > 0) return refuse(wrong);
    const { errors: refused, names } = await save.mutateAsync({ draft, changes, project, config });
    change((now) => without(now, names));
    refuse(refused);
    if (Object.keys(refused).length === 0) announce("Saved.");
  };

  return {
    saved,
    changed: Object.keys(changes),
    errors,
    isSaving: save.isPending,
    isJustSaved: save.isSuccess && Object.keys(changes).length + Object.keys(errors).length === 0,
    submit,
    textOf: (name: string) => textIn(draft, name, saved[name] ?? ""),
    isConflict: (name: string) => conflicts.includes(name),
    onChange: (name: string, to: string) => {
      change((now) => edit(now, name, { saved: saved[name] ?? "", to }));
      setErrors(({ [name]: _, "": __, ...others }) => others);
      save.reset();
    },
    discard: () => {
      change(() => noDraft);
      setErrors({});
    },
  };
}

function errorsIn(changes: SettingTexts): Errors {
  const found: Errors = {};
  for (const [name, text] of Object.entries(changes)) {
    const field = fieldNamed(name);
    const message = field && checkText(field, text);
    if (message) found[name] = message;
  }
  return found;
}
