import type { Project } from "@/lib/project/schema.ts";

type Settings = Project["settings"];

/** All settings with some changed: the server takes the default for each one that is left out of an update. */
export const wholeSettings = (project: Project, changed: Partial<Settings>): Settings => ({
  ...project.settings,
  ...changed,
});
