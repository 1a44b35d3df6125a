import { catalogue } from "./catalogue.ts";
import { usage } from "./failure.ts";
import { type PlacedProject, projectAt } from "./project-here.ts";
import type { Client } from "./request.ts";
import type { CliSettings } from "./settings.ts";

interface Page {
  items: PlacedProject[];
  nextCursor: string | null;
}

/** The project nobody named: RUNBOARD_PROJECT, else the one of the current directory; null: there is none. */
export async function findProject(client: Client, settings: CliSettings): Promise<string | null> {
  if (settings.project !== null) return settings.project;
  return projectAt(process.cwd(), await allProjects(client))?.key ?? null;
}

/** The same where there has to be one. Throws VALIDATION_FAILED with the ways to name it. */
export async function needProject(client: Client, settings: CliSettings): Promise<string> {
  const found = await findProject(client, settings);
  if (found !== null) return found;
  const keys = (await allProjects(client)).map(({ key }) => key);
  throw usage(
    "Which project? Name it, or set RUNBOARD_PROJECT, or go into its repository." +
      (keys.length === 0
        ? " There is none yet: runboard project create."
        : ` There is ${keys.slice(0, 20).join(", ")}.`),
    { issues: [{ path: "projectId", message: "Required" }] },
  );
}

async function allProjects(client: Client): Promise<PlacedProject[]> {
  const list = catalogue.find(({ name }) => name === "project.list")!;
  const found: PlacedProject[] = [];
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const page: Page = await client.call<Page>(list, { limit: 200, ...(cursor ? { cursor } : {}) });
    found.push(...page.items);
    cursor = page.nextCursor;
  }
  return found;
}
