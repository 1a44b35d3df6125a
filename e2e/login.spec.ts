import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import { test as base } from "./fixtures.ts";

/** Nobody is signed in here. */
const test = base.extend({
  page: async ({ browser, product }, use) => {
    const context = await browser.newContext({ baseURL: product.url });
    await use(await context.newPage());
    await context.close();
  },
});

test("the printed link signs one browser in, once, and leaves no secret behind", async ({ page, product, browser }) => {
  await page.goto(product.loginUrl);
  await expect(page).toHaveURL(`${product.url}/p/DEMO`);
  expect(await page.evaluate(() => document.cookie)).not.toContain("runboard_session");
  const stranger = await (await browser.newContext()).newPage();
  await stranger.goto(product.loginUrl);
  await expect(stranger).toHaveURL(/\/login/);
  await expect(stranger.getByRole("heading", { level: 1 })).toBeVisible();
  await stranger.context().close();
});

test("without a login every page leads to the sign-in, where the owner's token works", async ({ page, product }) => {
  await page.goto("/p/DEMO");
  await expect(page).toHaveURL(/\/login/);
  await page.getByRole("textbox").or(page.locator("input[type=password]")).first().fill("not the token at all, sorry");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toBeVisible();
  await page
    .locator("input")
    .first()
    .fill(readFileSync(join(product.home, "token"), "utf8").trim());
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/p\/DEMO/);
});
