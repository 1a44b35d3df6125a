import AxeBuilder from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import { test } from "./fixtures.ts";

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

const screens: { name: string; path: string; act?: (page: Page) => Promise<void> }[] = [
  { name: "board", path: "/p/DEMO" },
  { name: "board with chat", path: "/p/DEMO", act: (page) => page.keyboard.press("Control+j") },
  {
    name: "new task dialog",
    path: "/p/DEMO",
    act: async (page) => {
      await page
        .getByRole("button", { name: /^New task/ })
        .first()
        .click();
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  { name: "task", path: "/p/DEMO/t/DEMO-5" },
  { name: "task logs", path: "/p/DEMO/t/DEMO-5?tab=logs" },
  { name: "task activity", path: "/p/DEMO/t/DEMO-5?tab=activity" },
  { name: "task sessions", path: "/p/DEMO/t/DEMO-5?tab=sessions" },
  { name: "settings", path: "/p/DEMO/settings" },
  { name: "projects", path: "/projects" },
  { name: "new project", path: "/projects/new" },
  { name: "not found", path: "/p/NOPE" },
];

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1440, 320]) {
    test(`axe finds nothing on any screen, ${colorScheme}, ${width} px, and no page scrolls sideways`, async ({
      page,
    }) => {
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      await page.setViewportSize({ width, height: 800 });
      for (const screen of screens) {
        await page.goto(screen.path);
        await page.waitForLoadState("networkidle");
        await screen.act?.(page);
        const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
        const found = violations.map(
          ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(" | ")}`,
        );
        expect(found, screen.name).toEqual([]);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        expect(overflow, `${screen.name} scrolls sideways`).toBeLessThanOrEqual(0);
      }
    });
  }
}
