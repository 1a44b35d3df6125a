import { api } from "@/lib/client/api.ts";
import type { Project } from "@/lib/project/schema.ts";

/** All cards of a project in one file. `onProgress` hears how many have been read. */
type Export = (project: Project, onProgress: (count: number) => void) => Promise<Blob>;

/** Cards as the API shows them, with everything that is known of them. */
export const asJson: Export = async ({ id, key, name }, onProgress) => {
  const tasks = await everyPage((page) => api.task.list({ projectId: id, ...page }), onProgress);
  const document = { project: { key, name }, exportedAt: new Date().toISOString(), tasks };
  return new Blob([JSON.stringify(document, null, 2)], { type: "application/json" });
};

/** A task file for each card, in a zip. What makes it is loaded by whoever asks for one. */
export const asMarkdown: Export = async ({ id }, onProgress) => {
  const files = await everyPage((page) => api.project.export({ projectId: id, ...page }), onProgress);
  const { strToU8, zipSync } = await import("fflate");
  const zip = zipSync(Object.fromEntries(files.map(({ name, text }) => [name, strToU8(text)])));
  return new Blob([zip], { type: "application/zip" });
};

interface Page<Item> {
  items: Item[];
  nextCursor: string | null;
}

async function everyPage<Item>(
  read: (page: { limit: number; cursor?: string }) => Promise<Page<Item>>,
  onProgress: (count: number) => void,
): Promise<Item[]> {
  const items: Item[] = [];
  for (let cursor: string | null = null; ; ) {
    const page: Page<Item> = await read({ limit: 200, ...(cursor === null ? {} : { cursor }) });
    items.push(...page.items);
    onProgress(items.length);
    if (page.nextCursor === null) return items;
    cursor = page.nextCursor;
  }
}
