import { fileURLToPath } from "node:url";
import type { Page } from "@playwright/test";

/** What page-script.js puts into every page. */
declare global {
  interface Window {
    bench: {
      firstCard: Promise<number>;
      reach(cards: number): Promise<number>;
      retitle(change: { id: string; title: string; version: number }): Promise<number>;
      move(move: { id: string; verb: "withdraw" | "approve" }): Promise<number>;
    };
  }
}

/** Before the first navigation. */
export const watchCards = (page: Page) =>
  page.addInitScript({ path: fileURLToPath(new URL("page-script.js", import.meta.url)) });

/** From the navigation to the first card on the screen. */
export async function firstCardMs(page: Page, path: string): Promise<number> {
  await page.goto(path, { waitUntil: "commit" });
  return page.evaluate(() => window.bench.firstCard);
}

/** How many different cards the column of the first one shows when it is scrolled to its end. */
export const cardsReached = (page: Page, cards: number): Promise<number> =>
  page.evaluate((wanted) => window.bench.reach(wanted), cards);

/** From a call of the API that gives a visible card another title to the frame that shows it, in a page that follows the board. */
export const titleSeenMs = (page: Page, { id, version }: { id: string; version: number }): Promise<number> =>
  page.evaluate((change) => window.bench.retitle(change), { id, version, title: `Seen at version ${version}` });

/** From a call that moves an approved card to the drafts to the frame that shows it there; and back again, not counted. */
export async function moveSeenMs(page: Page, id: string): Promise<number> {
  const ms = await page.evaluate((taskId) => window.bench.move({ id: taskId, verb: "withdraw" }), id);
  await page.evaluate((taskId) => window.bench.move({ id: taskId, verb: "approve" }), id);
  return ms;
}
