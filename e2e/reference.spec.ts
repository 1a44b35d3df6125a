import { expectAccessibleInBothThemes } from "./axe.ts";
import { expect, test } from "./fixtures.ts";

test("the reference of the API is found from the help, asks nobody else, and is searched", async ({
  page,
  product,
}) => {
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  await page.goto("/p/DEMO");
  await expect(page.getByText("Live", { exact: true })).toBeVisible();
  // Keys act once the page's code is there; until then nothing on it can tell.
  await page.waitForLoadState("networkidle");
  await page.keyboard.press("Shift+?");
  await page.getByRole("dialog").getByRole("link", { name: "API reference" }).click();
  await expect(page.getByRole("heading", { level: 1, name: "API reference" })).toBeVisible();
  await expect(page.getByRole("heading", { level: 3, name: "task.createBatch" })).toBeAttached();
  await page.getByRole("searchbox", { name: "Search operations" }).fill("graph");
  const list = page.getByRole("navigation", { name: "Operations" });
  await expect(list.getByRole("link", { name: "task.graph" })).toBeVisible();
  await expect(list.getByRole("link", { name: "queue.clear" })).toHaveCount(0);
  await list.getByRole("link", { name: "task.createBatch" }).click();
  await expect(page).toHaveURL(/#task\.createBatch$/);
  const section = page.getByRole("region", { name: "task.createBatch", exact: true });
  await expect(section).toBeInViewport();
  await section.getByText("How it refuses").click();
  await expect(section.getByText("409 DEPENDENCY_CYCLE")).toBeVisible();
  expect(asked.filter((url) => !url.startsWith(product.url) && !url.startsWith("data:"))).toEqual([]);
  expect(complaints).toEqual([]);
});

test("the reference is accessible", async ({ page }) => {
  await page.goto("/docs");
  await expect(page.getByRole("heading", { level: 3, name: "task.create", exact: true })).toBeAttached();
  await expectAccessibleInBothThemes(page, { name: "the reference" });
});

test("the reference and its document are behind the guard", async ({ product }) => {
  for (const path of ["/docs", "/api/openapi.json"]) {
    const response = await fetch(`${product.url}${path}`, { redirect: "manual" });
    expect([303, 401]).toContain(response.status);
  }
});
