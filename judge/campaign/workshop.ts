import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeTestBuild } from "../build.ts";
import { processesIn, send } from "../processes.ts";
import type { SeededBug } from "./bugs.ts";
import { carryOut, type RunResult } from "./run.ts";
import type { RunPlan } from "./run-plan.ts";
import { makeTemplateHome } from "./template-home.ts";

/** Where the runs of a campaign happen: a template of a home, test builds, and one directory a run. */
export interface Workshop {
  /** Never throws; the directory of a run in which nothing was broken is gone after it. */
  carryOut(plan: RunPlan, name: string, bug?: SeededBug): Promise<RunResult>;
  directoryOf(name: string): string;
  close(): void;
}

export async function openWorkshop(): Promise<Workshop> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), "rb-campaign-")));
  const builds = new Map<string, Promise<string>>();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => abandon(root));
  const template = await makeTemplateHome(join(root, "template"));
  const buildFor = (pages: RunPlan["pages"], bug: SeededBug | undefined) => {
    const name = `${pages} ${bug?.name}`;
    const build =
      builds.get(name) ??
      makeTestBuild({ directory: join(root, `build-${builds.size}`), patches: bug?.patches ?? [], pages });
    builds.set(name, build);
    return build;
  };
  return {
    directoryOf: (name) => join(root, name),
    carryOut: async (plan, name, bug) =>
      carryOut(plan, {
        template,
        directory: join(root, name),
        build: await buildFor(plan.pages, bug),
        sqlPatches: bug?.sqlPatches ?? [],
      }),
    close: () => tidy(root),
  };
}

/** Asked to end: what runs is ended with us. */
function abandon(root: string): never {
  console.log("Asked to end.");
  for (const { pid } of processesIn(root)) send(pid, "SIGKILL");
  tidy(root);
  process.exit(130);
}

/** What was found stays, everything else goes. */
function tidy(root: string): void {
  const isFound = (name: string) => existsSync(join(root, name, "evidence.json"));
  // What was killed a moment ago may still write.
  const away = { recursive: true, force: true, maxRetries: 10, retryDelay: 50 };
  for (const name of readdirSync(root)) if (!isFound(name)) rmSync(join(root, name), away);
  if (readdirSync(root).length === 0) rmSync(root, { recursive: true, force: true });
}
