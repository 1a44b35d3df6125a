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
  {
    name: "card menu",
    path: "/p/DEMO",
    act: async (page) => {
      await page.getByRole("link", { name: "Draw the chart" }).last().focus();
      await page.keyboard.press("Shift+F10");
      await expect(page.getByRole("menu")).toBeVisible();
    },
  },
  {
    name: "dependencies of a card",
    path: "/p/DEMO",
    act: async (page) => {
      await page.getByRole("link", { name: "Draw the chart" }).last().focus();
      await page.keyboard.press("d");
      await expect(page.getByRole("dialog")).toBeVisible();
    },
  },
  {
    name: "a card in the hand",
    path: "/p/DEMO",
    act: async (page) => {
      await page.getByRole("link", { name: "Draw the chart" }).last().focus();
      await page.keyboard.press("Space");
      await page.keyboard.press("ArrowRight");
    },
  },
  { name: "filtered board", path: "/p/DEMO?q=chart" },
  { name: "task", path: "/p/DEMO/t/DEMO-5" },
  { name: "task logs", path: "/p/DEMO/t/DEMO-5?tab=logs" },
  { name: "task activity", path: "/p/DEMO/t/DEMO-5?tab=activity" },
  { name: "task sessions", path: "/p/DEMO/t/DEMO-5?tab=sessions" },
  { name: "settings", path: "/p/DEMO/settings" },
  { name: "projects", path: "/projects" },
  { name: "new project", path: "/projects/new" },
  {
    name: "new project with a path that leads nowhere",
    path: "/projects/new",
    act: async (page) => {
      await page.getByRole("textbox", { name: "Repository" }).fill("/nowhere/at/all");
      await expect(page.getByText("There is nothing at /nowhere/at/all")).toBeVisible();
    },
  },
  { name: "no such task", path: "/p/DEMO/t/DEMO-999" },
  { name: "not found", path: "/p/NOPE" },
];

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1440, 320]) {
    test(`axe finds nothing on any screen, ${colorScheme}, ${width} px, and no page scrolls sideways`, async ({
      page,
    }) => {
      test.setTimeout(180_000);
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
