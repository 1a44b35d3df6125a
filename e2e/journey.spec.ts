import { expect, type Page } from "@playwright/test";
import { signIn, test } from "./fixtures.ts";
import { eventually } from "./product.ts";
import { freshRepository } from "./repository.ts";

test.use({ contextOptions: { reducedMotion: "no-preference" } });

const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const cards = (page: Page, name: string) => column(page, name).getByRole("listitem");
const card = (page: Page, key: string) => page.getByRole("listitem").filter({ hasText: key });

test("the demo runs by one click, in dependency order, in two browsers at once, and settings and header are one switch", async ({
  page,
  product,
  browser,
}) => {
  const other = await browser.newContext({ baseURL: product.url });
  await other.addCookies([await signIn(product)]);
  const second = await other.newPage();
  for (const each of [page, second]) {
    await each.goto("/p/DEMO");
    await expect(cards(each, "Approved")).toHaveCount(6);
    await each.evaluate(() => Object.assign(window, { isFirstLoad: true }));
  }

  await page.getByRole("button", { name: /^Start Processing, 2 tasks ready/ }).click();
  for (const each of [page, second]) {
    await expect(each.getByRole("button", { name: /^Autonomous: ON/ })).toBeVisible();
    await expect(cards(each, "Completed")).toHaveCount(6, { timeout: 40_000 });
    await expect(card(each, "DEMO-6")).toContainText("Show what was built");
    expect(await each.evaluate(() => "isFirstLoad" in window)).toBe(true);
  }

  const { body } = await product.api<{ items: { type: string; entityId: string; seq: number }[] }>(
    "GET",
    "/projects/DEMO/events?type=TASK_COMPLETED",
  );
  const { body: list } = await product.api<{ items: { id: string; key: string }[] }>("GET", "/projects/DEMO/tasks");
  const keyOf = new Map(list.items.map(({ id, key }) => [id, key]));
  const order = body.items.map(({ entityId }) => keyOf.get(entityId));
  const at = (key: string) => order.indexOf(key);
  expect(order).toHaveLength(6);
  expect(at("DEMO-1")).toBeLessThan(at("DEMO-2"));
  expect(at("DEMO-2")).toBeLessThan(at("DEMO-3"));
  expect(Math.max(at("DEMO-3"), at("DEMO-4"))).toBeLessThan(at("DEMO-5"));
  expect(at("DEMO-5")).toBeLessThan(at("DEMO-6"));

  await second.getByRole("link", { name: "Settings" }).first().click();
  const settingsSwitch = second.getByRole("switch", { name: "Autonomous mode" });
  await expect(settingsSwitch).toBeChecked();
  await settingsSwitch.click();
  await expect(page.getByRole("button", { name: /^Start Processing/ })).toBeVisible();
  await page.getByRole("button", { name: /^Start Processing/ }).click();
  await expect(settingsSwitch).toBeChecked();
  await other.close();
});

test("a task opened from its card shows what it did: log with colours, sessions, activity", async ({
  page,
  product,
}) => {
  const { status } = (await product.api<{ status: string }>("GET", "/tasks/DEMO-1")).body;
  if (status !== "COMPLETED") await product.api("POST", "/tasks/DEMO-1/queue", {});
  await page.goto("/p/DEMO");
  await card(page, "DEMO-1").getByRole("link").first().click();
  await expect(page).toHaveURL(/\/p\/DEMO\/t\/DEMO-1/);
  await page.getByRole("tab", { name: /Logs/ }).click();
  await expect(page.getByRole("log").filter({ hasText: "collected" })).toContainText("collected 58 words");
  await page.getByRole("tab", { name: /Activity/ }).click();
  await expect(page.getByRole("tabpanel")).toContainText(/Completed/i);
  await page.keyboard.press("Escape");
  await expect(page).toHaveURL(/\/p\/DEMO$/);
});

test("/task in the chat runs at once, and its reply card keeps itself up to date", async ({ page }) => {
  await page.goto("/p/DEMO");
  await page.getByRole("button", { name: "Chat" }).click();
  const dock = page.getByRole("complementary", { name: "Chat" });
  await dock.getByRole("textbox", { name: "Message" }).fill("/task priority:high Say hello `sleep 2 && echo hello`");
  await page.keyboard.press("Enter");
  const reply = dock.getByRole("article", { name: /^Task DEMO-/ });
  await expect(reply).toContainText("Running");
  await expect(reply).toContainText("Completed", { timeout: 20_000 });
  await dock.getByRole("textbox", { name: "Message" }).fill("/tsk nothing");
  await page.keyboard.press("Enter");
  await expect(dock.getByRole("log")).toContainText("There is no command /tsk");
  // Remembered it stands there again, and the keys stay with the board.
  await page.reload();
  await expect(dock.getByRole("textbox", { name: "Message" })).toBeVisible();
  await expect(dock.getByRole("textbox", { name: "Message" })).not.toBeFocused();
});

test("opening a board or a project starts nothing, and with every tab closed the chain still runs", async ({
  page,
  product,
}) => {
  const project = (
    await product.api<{ id: string; key: string }>("POST", "/projects", { name: "Quiet", repoPath: freshRepository() })
  ).body;
  const spec = { command: "sh", args: ["-c", "sleep 0.3"] };
  await product.api("POST", `/projects/${project.id}/tasks/batch`, {
    tasks: [0, 1, 2].map((n) => ({
      ref: `${n}`,
      title: `link ${n}`,
      status: "APPROVED",
      spec,
      ...(n > 0 ? { dependsOn: [`${n - 1}`] } : {}),
    })),
  });
  await page.goto(`/p/${project.key}`);
  await expect(cards(page, "Approved")).toHaveCount(3);
  await page.goto(`/p/${project.key}/settings`);
  await expect(page.getByRole("switch", { name: "Autonomous mode" })).not.toBeChecked();
  const sessions = await product.api<{ items: unknown[] }>("GET", `/sessions?projectId=${project.id}`);
  expect(sessions.body.items).toEqual([]);
  await page.goto(`/p/${project.key}`);
  await page.getByRole("button", { name: /^Start Processing/ }).click();
  await expect(page.getByRole("button", { name: /^Autonomous: ON/ })).toBeVisible();
  await page.close();
  await eventually(async () => {
    const { body } = await product.api<{ counts: { COMPLETED: number } }>("GET", `/projects/${project.id}`);
    return body.counts.COMPLETED === 3;
  });
});
