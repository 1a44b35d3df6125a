import { useMutation, useQueryClient } from "@tanstack/react-query";
import { conflictsOf, type Draft } from "@/components/settings/draft.ts";
import { sendOnTop } from "@/components/settings/send-on-top.ts";
import { errorsByField } from "@/components/settings/setting-errors.ts";
import { patchesOf, type SettingPatches, type SettingTexts, textsOf } from "@/components/settings/setting-values.ts";
import { wholeSettings } from "@/components/settings/whole-settings.ts";
import { api, type Problem, problemOf } from "@/lib/client/api.ts";
import { keys } from "@/lib/client/keys.ts";
import { patchProject } from "@/lib/client/project-cache.ts";
import type { Config } from "@/lib/config/schema.ts";
import type { Project } from "@/lib/project/schema.ts";

export interface ConfigRow {
  values: Config;
  version: number;
  updatedAt: string;
}

interface Save {
  draft: Draft;
  changes: SettingTexts;
  project: Project;
  config: ConfigRow | undefined;
}

export interface Saved {
  /** By field; "" where it belongs to none. */
  errors: Record<string, string>;
  /** The fields that were saved: one of the two calls may be refused and the other not. */
  names: string[];
}

/** Saves the edits in one call for the project and one for the instance. Resolves also when they are refused. */
export function useSaveSettings() {
  const client = useQueryClient();
  const keepProject = (project: Project) => patchProject(client, project.id, () => project);
  const keepConfig = (config: ConfigRow) => client.setQueryData(keys.config, config);

  const saveProject = ({ draft, project }: Save, patch: NonNullable<SettingPatches["project"]>) =>
    sendOnTop({
      current: project,
      send: (current) => {
        const settings = patch.settings && wholeSettings(current, patch.settings);
        const { id: projectId, version } = current;
        return api.project.update({ projectId, ...patch, ...(settings && { settings }), version });
      },
      keep: keepProject,
      isMine: (current) => conflictsOf(draft, textsOf(current, undefined)).length === 0,
    });
  const saveConfig = async ({ draft, project, config }: Save, values: Partial<Config>) => {
    if (!config) return;
    await sendOnTop({
      current: config,
      send: (current) => api.config.update({ values: { ...current.values, ...values }, version: current.version }),
      keep: keepConfig,
      isMine: (current) => conflictsOf(draft, textsOf(project, current.values)).length === 0,
    });
  };

  return useMutation({
    mutationFn: async (save: Save): Promise<Saved> => {
      const { project, config } = patchesOf(save.changes);
      const ofProject = project ? await errorsOf(() => saveProject(save, project)) : {};
      const ofConfig = config ? await errorsOf(() => saveConfig(save, config)) : {};
      const isSaved = (name: string) => isEmpty(name.startsWith("values.") ? ofConfig : ofProject);
      return { errors: { ...ofProject, ...ofConfig }, names: Object.keys(save.changes).filter(isSaved) };
    },
  });
}

const isEmpty = (errors: Record<string, string>) => Object.keys(errors).length === 0;

async function errorsOf(run: () => Promise<void>): Promise<Record<string, string>> {
  try {
    await run();
    return {};
  } catch (thrown) {
    return explain(problemOf(thrown));
  }
}

function explain(problem: Problem): Record<string, string> {
  if (problem.code !== "VERSION_CONFLICT") return errorsByField(problem);
  return { "": "Look at the marked fields, then save again." };
}
