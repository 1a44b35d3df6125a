import { expect, type Page } from "@playwright/test";
import { signIn, test } from "./fixtures.ts";
import { eventually, type Product } from "./product.ts";
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
  const tools = page.getByRole("toolbar", { name: "Log" });
  await page.getByRole("log", { name: /^Log of/ }).press("Control+f");
  await page.keyboard.type("COLLECTED 58");
  await expect(tools.getByRole("status")).toHaveText("1 line");
  await page.keyboard.press("Enter");
  await expect(tools.getByRole("status")).toHaveText("1 of 1");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("log", { name: /^Log of/ })).toBeFocused();
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
  const stored = async () =>
    (
      await product.api<{ autonomousExecutionEnabled: boolean; counts: { COMPLETED: number } }>(
        "GET",
        `/projects/${project.id}`,
      )
    ).body;
  // The board shows a click before it is answered.
  await eventually(async () => (await stored()).autonomousExecutionEnabled);
  await page.close();
  await eventually(async () => (await stored()).counts.COMPLETED === 3);
});

interface Created {
  id: string;
  key: string;
}

const newProject = async (product: Product, name: string) =>
  (await product.api<Created>("POST", "/projects", { name, repoPath: freshRepository() })).body;
const newTask = async (product: Product, project: Created, task: object) =>
  (await product.api<Created>("POST", `/projects/${project.id}/tasks`, task)).body;
/** Changed by somebody else, on what stands there now. */
async function change(product: Product, key: string, changes: object) {
  const { version } = (await product.api<{ version: number }>("GET", `/tasks/${key}`)).body;
  await product.api("PATCH", `/tasks/${key}`, { ...changes, version });
}

test("failures are one notice that counts them, and goes when the last one is mended", async ({ page, product }) => {
  const project = await newProject(product, "Broken");
  await page.goto(`/p/${project.key}`);
  await page.waitForLoadState("networkidle");
  const spec = { command: "sh", args: ["-c", "exit 3"] };
  const tasks = await Promise.all(
    ["first", "second"].map((title) => newTask(product, project, { title, status: "APPROVED", maxAttempts: 1, spec })),
  );
  for (const { id } of tasks) await product.api("POST", `/tasks/${id}/queue`, {});
  await expect(page.getByText("2 tasks failed")).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/ failed: /)).toHaveCount(0);
  await product.api("POST", `/tasks/${tasks[0]!.id}/cancel`, {});
  const notice = page.getByText(`${tasks[1]!.key} failed: second`);
  await expect(notice).toBeVisible();
  await product.api("POST", `/tasks/${tasks[1]!.id}/cancel`, {});
  await expect(notice).toBeHidden();
});

test("a description and a prompt that were left half written are there again, and overwrite nothing unseen", async ({
  page,
  product,
}) => {
  const project = await newProject(product, "Drafts");
  const spec = { prompt: "Fix it" };
  const { key } = await newTask(product, project, { title: "To be described", type: "claude-code", spec });
  const description = async () => (await product.api<{ description: string }>("GET", `/tasks/${key}`)).body.description;
  await page.goto(`/p/${project.key}/t/${key}?tab=overview`);
  await page.getByRole("button", { name: "Edit description" }).click();
  await page.getByRole("textbox", { name: "Description" }).fill("Mine");
  await page.keyboard.press("Escape");
  await change(product, key, { description: "Theirs" });
  await expect(page.getByText("Theirs", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(page.getByRole("textbox", { name: "Description" })).toHaveValue("Mine");
  await page.getByRole("button", { name: "Save description" }).click();
  await expect(page.getByText("It was changed while you were writing.")).toBeVisible();
  expect(await description()).toBe("Theirs");
  await page.getByRole("button", { name: "Save description" }).click();
  await expect(page.getByText("Mine", { exact: true })).toBeVisible();
  await expect.poll(description).toBe("Mine");

  const prompt = page.getByRole("textbox", { name: "Prompt", exact: true });
  await page.getByRole("button", { name: "Edit what it runs" }).click();
  await prompt.fill("Fix it well");
  await page.keyboard.press("Escape");
  await expect(prompt).toBeHidden();
  await page.reload();
  await change(product, key, { spec: { prompt: "Leave it" } });
  await expect(page.getByText("Leave it", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Edit what it runs" }).click();
  await expect(prompt).toHaveValue("Fix it well");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("The task was changed meanwhile.")).toBeVisible();
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("Fix it well", { exact: true })).toBeVisible();
  await page.getByRole("button", { name: "Edit what it runs" }).click();
  await expect(prompt).toHaveValue("Fix it well");
  await expect(page.getByRole("button", { name: "Start over" })).toBeHidden();
});

test("what cannot be drawn takes only its own place, and is there again when it is tried anew", async ({
  page,
  product,
}) => {
  const project = await newProject(product, "Alive");
  const { key } = await newTask(product, project, { title: "Draws badly" });
  await newTask(product, project, { title: "Draws well", status: "APPROVED", spec: { command: "true" } });
  await page.goto(`/p/${project.key}/t/${key}?tab=overview`);
  await page.waitForLoadState("networkidle");
  const reads = /\/tasks\?.*ids=/;
  await page.route(reads, async (route) => {
    const response = await route.fetch();
    const { items, ...rest } = (await response.json()) as { items: object[] };
    await route.fulfill({ response, json: { ...rest, items: items.map((item) => ({ ...item, tags: null })) } });
  });
  await change(product, key, { title: "Draws worse" });
  const failed = (where: string) => page.getByRole("alert").filter({ hasText: `Could not show ${where}` });
  await expect(failed("Draft")).toBeVisible();
  await expect(failed(key)).toBeVisible();
  await expect(cards(page, "Approved")).toContainText(["Draws well"]);
  await expect(page.getByRole("link", { name: "Settings" }).first()).toBeVisible();

  await page.unroute(reads);
  const read = page.waitForResponse((response) => reads.test(response.url()));
  await change(product, key, { title: "Draws well again" });
  await read;
  for (const where of ["Draft", key]) await failed(where).getByRole("button", { name: "Retry" }).click();
  await expect(cards(page, "Draft")).toContainText(["Draws well again"]);
  await expect(page.getByRole("complementary", { name: `Task ${key}` })).toContainText("Draws well again");
});

test("a read that fails later leaves the settings and their open dialog as they are", async ({ page, product }) => {
  const project = await newProject(product, "Steady");
  await page.goto(`/p/${project.key}/settings#rules`);
  await page.getByRole("button", { name: "New rule" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox", { name: "Name", exact: true }).fill("Half written");
  const reads = new RegExp(`/api/v1/projects/(${project.id}|${project.key})$`);
  const refusal = { code: "FORBIDDEN", message: "Not now.", details: {} };
  await page.route(reads, (route) => route.fulfill({ status: 403, json: refusal }));
  const refused = page.waitForResponse((response) => reads.test(response.url()) && response.status() === 403);
  await product.api("PATCH", `/projects/${project.id}`, { name: "Steadier" });
  await refused;
  await dialog.getByRole("textbox", { name: "Title", exact: true }).fill("Still here");
  await expect(dialog.getByRole("textbox", { name: "Name", exact: true })).toHaveValue("Half written");
  await expect(page.getByText("Could not load the settings")).toBeHidden();
});

test("the list of projects counts what moves in them while it is looked at", async ({ page, product }) => {
  const project = await newProject(product, "Tallied");
  await page.goto("/projects");
  const counts = page.getByRole("article").filter({ hasText: "Tallied" });
  await expect(counts).toContainText("No tasks yet");
  await newTask(product, project, { title: "One more" });
  await expect(counts).toContainText("1 draft", { timeout: 20_000 });
});

test("compact cards are a choice of this device, and stand so from the first picture on", async ({ page }) => {
  await page.goto("/p/DEMO");
  const html = page.locator("html");
  const choose = async () => {
    await page.getByRole("button", { name: "Display", exact: true }).click();
    await page.getByRole("menuitemcheckbox", { name: "Compact cards" }).click();
    await page.keyboard.press("Escape");
  };
  await choose();
  await expect(html).toHaveAttribute("data-density", "compact");
  const drawn = page.waitForResponse((response) => response.url().endsWith("/p/DEMO") && response.ok());
  await page.reload();
  expect(await (await drawn).text()).toContain('data-density="compact"');
  await expect(html).toHaveAttribute("data-density", "compact");
  await choose();
  await expect(html).toHaveAttribute("data-density", "comfortable");
});
