import { expect, type Page } from "@playwright/test";
import axe from "axe-core";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

interface Look {
  /** What is looked at, for the report. */
  name?: string;
  /** A part of the page, by its selector; the rest is looked at elsewhere. */
  within?: string;
}

/** axe finds nothing in the page as it stands. */
export async function expectAccessible(page: Page, look: Look = {}): Promise<void> {
  expect(await complaints(page, look, { type: "tag", values: tags }), look.name).toEqual([]);
}

/** axe finds nothing, light and dark, and nothing has to be scrolled sideways. Leaves the page dark. */
export async function expectAccessibleInBothThemes(page: Page, look: Look = {}): Promise<void> {
  await show(page, "light");
  await expectAccessible(page, look);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow, `${look.name} scrolls sideways`).toBeLessThanOrEqual(0);
  await show(page, "dark");
  // The dark theme changes colours and nothing else: of axe's rules only contrast can tell.
  const found = await complaints(page, look, { type: "rule", values: ["color-contrast"] });
  expect(found, `${look.name}, dark`).toEqual([]);
}

async function show(page: Page, colorScheme: "light" | "dark") {
  await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
  await expect(page.locator("html")).toHaveClass(colorScheme === "dark" ? /\bdark\b/ : /^(?!.*\bdark\b)/);
}

/**
 * One line for each rule that is broken. Half of what an analysis costs is reading axe's own source, and most of the rest
 * describing what is in order: it is read once a page, and only what is wrong is described.
 */
async function complaints(page: Page, { within }: Look, runOnly: axe.RunOnly): Promise<string[]> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const options: axe.RunOptions = { runOnly, resultTypes: ["violations"], iframes: false };
  return page.evaluate(
    async ({ part, options }) => {
      const { violations } = await (window as unknown as { axe: typeof axe }).axe.run(part, options);
      return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(" | ")}`);
    },
    { part: within ?? "html", options },
  );
}
