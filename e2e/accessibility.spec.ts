import { expect, type Page } from "@playwright/test";
import { expectAccessibleInBothThemes } from "./axe.ts";
import { makeBusyProject, openQueue } from "./busy-project.ts";
import { test } from "./fixtures.ts";

interface Screen {
  name: string;
  path: string;
  act?: (page: Page) => Promise<void>;
}

const demoScreens: Screen[] = [
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
  { name: "API reference", path: "/docs" },
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

/** Where something of everything runs, waits, is noticed and has stalled; see `makeBusyProject`. */
const busyScreens: Screen[] = [
  {
    name: "new task with its advanced fields",
    path: "/p/BUSY",
    act: async (page) => {
      await page
        .getByRole("button", { name: /^New task|^New$/ })
        .first()
        .click();
      const dialog = page.getByRole("dialog");
      await dialog.getByText("Advanced").click();
      await dialog.getByRole("combobox", { name: "Retried" }).click();
      await page.getByRole("option", { name: "Only in these cases" }).click();
      await expect(dialog.getByRole("checkbox")).toHaveCount(4);
      await dialog.getByRole("textbox", { name: "Cores" }).fill("none");
      await dialog.getByRole("button", { name: /^Create (draft|approved)$/ }).click();
      await expect(dialog.getByText("From 0.01 to 1,024.")).toBeVisible();
    },
  },
  {
    name: "settings with a wrong number",
    path: "/p/BUSY/settings#monitor",
    act: async (page) => {
      await page.getByRole("textbox", { name: "A task may wait", exact: true }).fill("soon");
      await page.getByRole("button", { name: "Save changes" }).click();
      await expect(page.getByText("From 1 to 31,536,000, a whole number.")).toBeVisible();
    },
  },
  { name: "busy board", path: "/p/BUSY" },
  {
    name: "why a task waits",
    path: "/p/BUSY",
    act: async (page) => {
      if ((page.viewportSize()?.width ?? 0) < 640) await page.getByRole("button", { name: /^Queued/ }).click();
      const card = page.getByRole("listitem").filter({ hasText: "Waits for a great machine" });
      await card.getByRole("button", { name: /^No session of cli may start/ }).click();
      await expect(
        page
          .getByRole("dialog", { name: /^Why BUSY-/ })
          .getByRole("link")
          .first(),
      ).toBeVisible();
    },
  },
  { name: "queue", path: "/p/BUSY/queue" },
  { name: "queue with nothing of a type", path: "/p/BUSY/queue?type=gemini" },
  {
    name: "queue, about to be cleared",
    path: "/p/BUSY/queue?mine=true",
    act: async (page) => {
      await page.getByRole("button", { name: "Clear" }).click();
      await expect(page.getByRole("alertdialog")).toBeVisible();
    },
  },
  {
    name: "queue, a priority being chosen",
    path: "/p/BUSY/queue",
    act: async (page) => {
      await page
        .getByRole("button", { name: /^Priority of BUSY-/ })
        .first()
        .click();
      await expect(page.getByRole("menuitemradio").first()).toBeVisible();
    },
  },
  { name: "a stalled task", path: "/p/BUSY/t/BUSY-2?tab=overview" },
  { name: "a task the monitor noticed", path: "/p/BUSY/t/BUSY-3?tab=overview" },
  { name: "the task that asks to look into it", path: "/p/BUSY/t/BUSY-4?tab=overview" },
  {
    name: "a task with resources and retries of its own",
    path: "/p/BUSY/t/BUSY-5?tab=overview",
    act: async (page) => {
      await page.getByText("Advanced: resources and retries").click();
      await expect(page.getByRole("checkbox")).toHaveCount(4);
    },
  },
  { name: "sessions of a running task", path: "/p/BUSY/t/BUSY-1?tab=sessions" },
];

for (const width of [1440, 320]) {
  test(`axe finds nothing on any screen, light and dark, ${width} px, and no page scrolls sideways`, async ({
    page,
  }) => {
    await show(page, width);
    for (const screen of demoScreens) await lookAt(page, screen);
  });
  test(`axe finds nothing where much goes on, light and dark, ${width} px, and no page scrolls sideways`, async ({
    page,
    product,
  }) => {
    await makeBusyProject(product);
    await show(page, width);
    for (const screen of busyScreens) await lookAt(page, screen);
  });
}

test.afterAll(async ({ product }) => {
  await product.api("POST", "/tasks/BUSY-1/cancel", {});
  // The product goes on with the next file.
  await openQueue(product);
});

async function show(page: Page, width: number) {
  test.setTimeout(300_000);
  await page.setViewportSize({ width, height: 800 });
}

async function lookAt(page: Page, { name, path, act }: Screen) {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await page.goto(path);
  await page.waitForLoadState("networkidle");
  await act?.(page);
  await expectAccessibleInBothThemes(page, { name });
}
