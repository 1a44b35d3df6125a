import { expect, type Page } from "@playwright/test";
import { holdQueue, newProject, newTask, openQueue, type ProjectAt, readTask } from "./busy-project.ts";
import { signIn, test } from "./fixtures.ts";
import { eventually, type Product } from "./product.ts";

const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const cardIn = (page: Page, name: string, title: string) => column(page, name).getByRole("link", { name: title });
const titlesIn = (page: Page, name: string) => column(page, name).getByRole("listitem").getByRole("link");
const said = (page: Page) => page.locator("[data-announcer]");
const toast = (page: Page, title: string) => page.locator("[data-sonner-toast]").filter({ hasText: title });

const approved = async (product: Product, project: ProjectAt, title: string) =>
  (
    await product.api<{ id: string; key: string }>("POST", `/projects/${project.id}/tasks`, {
      ...{ title, status: "APPROVED", spec: { command: "true" } },
    })
  ).body;

async function open(page: Page, path: string) {
  await page.goto(path);
  // Keys act once the page's code is there; until then nothing on it can tell.
  await page.waitForLoadState("networkidle");
}

test.afterEach(async ({ product }) => void (await openQueue(product)));

test("quick moves come in no conflict with one another; undo is about words in a field, about cards elsewhere", async ({
  page,
  product,
}) => {
  const project = await newProject(product, "Moves");
  const titles = ["First", "Second", "Third", "Fourth"];
  const cards: { id: string }[] = [];
  for (const title of titles) cards.push(await approved(product, project, title));
  await open(page, `/p/${project.key}`);
  await expect(titlesIn(page, "Approved")).toHaveText(titles);

  await cardIn(page, "Approved", "First").focus();
  for (let n = 0; n < 3; n++) await page.keyboard.press("Shift+ArrowDown");
  const moved = ["Second", "Third", "Fourth", "First"];
  await expect(titlesIn(page, "Approved")).toHaveText(moved);
  const place = async () => (await product.api<{ position: number }>("GET", `/tasks/${cards[0]!.id}`)).body.position;
  await expect.poll(place).toBeGreaterThan(4);
  await page.keyboard.press("/");
  await page.keyboard.type("sec");
  await expect(titlesIn(page, "Approved")).toHaveText(["Second"]);
  await page.keyboard.press("Control+z");
  await page.getByRole("textbox", { name: "Filter tasks" }).fill("");
  await expect(titlesIn(page, "Approved")).toHaveText(moved);
  await expect(toast(page, "was changed while you were editing")).toHaveCount(0);

  await cardIn(page, "Approved", "First").focus();
  for (let n = 0; n < 3; n++) await page.keyboard.press("Control+z");
  await expect(said(page)).toContainText("Taken back.");
  await expect(titlesIn(page, "Approved")).toHaveText(titles);
  const stored = async () =>
    (await product.api<{ items: { title: string }[] }>("GET", `/projects/${project.id}/tasks`)).body.items;
  await expect.poll(async () => (await stored()).map(({ title }) => title)).toEqual(titles);
  await page.reload();
  await expect(titlesIn(page, "Approved")).toHaveText(titles);
});

test("a key that is held down starts a card and does not cancel it again", async ({ page, product }) => {
  const project = await newProject(product, "Held");
  await holdQueue(product);
  const task = await approved(product, project, "Starts once");
  await open(page, `/p/${project.key}`);
  await cardIn(page, "Approved", "Starts once").focus();
  await page.keyboard.down("s");
  await expect(cardIn(page, "Queued", "Starts once")).toBeFocused();
  for (let n = 0; n < 5; n++) await page.keyboard.down("s");
  await page.keyboard.up("s");
  await expect(said(page)).toContainText(`${task.key} queued`);
  expect(await readTask(product, task.id)).toMatchObject({ status: "QUEUED" });
});

test("cards that cannot be loaded are asked for once, and again when a person says so", async ({ page, product }) => {
  const project = await newProject(product, "Long");
  const tasks = Array.from({ length: 130 }, (_, index) => ({ title: `Card ${index + 1}` }));
  await product.api("POST", `/projects/${project.id}/tasks/batch`, { tasks });
  let asked = 0;
  const nextPage = /\/tasks\?.*cursor=/;
  await page.route(nextPage, (route) => {
    asked++;
    return route.abort();
  });
  await open(page, `/p/${project.key}`);
  const failure = column(page, "Draft").getByRole("alert").filter({ hasText: "Could not load more." });
  const goToEnd = () =>
    column(page, "Draft")
      .locator("[data-list]")
      .evaluate((list) => list.scrollTo(0, list.scrollHeight));
  await expect(async () => {
    await goToEnd();
    await expect(failure).toBeVisible({ timeout: 1000 });
  }).toPass();
  expect(asked).toBe(1);
  await failure.getByRole("button", { name: "Retry" }).click();
  await expect.poll(() => asked).toBe(2);
  await expect(failure).toBeVisible();

  await page.unroute(nextPage);
  await failure.getByRole("button", { name: "Retry" }).click();
  await expect(async () => {
    await goToEnd();
    await expect(cardIn(page, "Draft", "Card 130")).toBeVisible({ timeout: 1000 });
  }).toPass();
  expect(asked).toBe(2);
});

test("feedback is kept when its dialog is closed and when it is refused, and gone once it is taken", async ({
  page,
  product,
}) => {
  const project = await newProject(product, "Review");
  await product.api("PATCH", `/projects/${project.id}`, { settings: { requireReview: true } });
  const task = await newTask(product, project, { title: "Looked at" });
  await eventually(async () => (await readTask(product, task.id)).status === "REVIEW");
  await open(page, `/p/${project.key}`);
  const dialog = page.getByRole("dialog", { name: `Request changes to ${task.key}` });
  const feedback = dialog.getByRole("textbox", { name: "Feedback" });
  const ask = async () => {
    await cardIn(page, "Review", "Looked at").focus();
    await page.keyboard.press("m");
    await page
      .getByRole("dialog", { name: /^Move / })
      .getByRole("button", { name: /^Queued/ })
      .click();
    await expect(dialog).toBeVisible();
  };

  await ask();
  await feedback.fill("Say hello, too");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await ask();
  await expect(feedback).toHaveValue("Say hello, too");

  await page.route("**/request-changes", (route) => route.abort());
  await feedback.press("Control+Enter");
  await expect(toast(page, `Could not request changes ${task.key}`)).toBeVisible();
  await ask();
  await expect(feedback).toHaveValue("Say hello, too");
  await page.unroute("**/request-changes");
  await feedback.press("Control+Enter");
  await expect(said(page)).toContainText(`${task.key} sent back with feedback`);
  const kept = () => page.evaluate((id) => localStorage.getItem(`runboard.draft.${id}.feedback`), task.id);
  await expect.poll(kept).toBeNull();
});

test("resources and retries are kept when the card is closed, told to be overtaken, and gone once they are saved", async ({
  page,
  product,
}) => {
  const project = await newProject(product, "Policies");
  const task = await approved(product, project, "Asks for much");
  const panel = page.getByRole("complementary", { name: `Task ${task.key}` });
  const section = panel.locator("details", { hasText: "Advanced: resources and retries" });
  const cores = panel.getByRole("textbox", { name: "Cores" });
  const resources = async () => (await product.api<{ resources: object }>("GET", `/tasks/${task.key}`)).body.resources;

  await open(page, `/p/${project.key}/t/${task.key}?tab=overview`);
  await section.locator("summary").click();
  await cores.fill("0.5");
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await cardIn(page, "Approved", "Asks for much").click();
  await expect(section.locator("summary")).toContainText("Unsaved changes");
  await section.locator("summary").click();
  await expect(cores).toHaveValue("0.5");

  await product.api("PATCH", `/tasks/${task.id}`, { version: 1, resources: { cpus: 2 } });
  await expect(section.locator("summary")).toContainText("2 cores");
  await section.getByRole("button", { name: "Save" }).click();
  await expect(section.getByRole("alert")).toContainText("The task was changed meanwhile.");
  expect(await resources()).toEqual({ cpus: 2 });
  await section.getByRole("button", { name: "Save" }).click();
  await expect(section.locator("summary")).toContainText("0.5 cores");
  await expect.poll(resources).toEqual({ cpus: 0.5 });
  await expect(section.getByRole("button", { name: "Save" })).toBeHidden();
  const kept = () => page.evaluate((id) => localStorage.getItem(`runboard.draft.${id}.policy`), task.id);
  await expect.poll(kept).toBeNull();

  await cores.fill("many");
  await section.getByRole("button", { name: "Save" }).click();
  await expect(cores).toHaveAttribute("aria-invalid", "true");
  await section.getByRole("button", { name: "Discard" }).click();
  await expect(cores).toHaveValue("0.5");
});

test("what is done without a network is said to have failed, and can be tried again", async ({ page, product }) => {
  const project = await newProject(product, "Offline");
  const task = await approved(product, project, "Far away");
  await open(page, `/p/${project.key}`);
  await cardIn(page, "Approved", "Far away").focus();
  await page.context().setOffline(true);
  await page.keyboard.press("a");
  const failure = toast(page, `Could not withdraw ${task.key}`);
  await expect(failure).toBeVisible();
  await expect(cardIn(page, "Approved", "Far away")).toBeVisible();
  await page.context().setOffline(false);
  await failure.getByRole("button", { name: "Retry" }).click();
  await expect(cardIn(page, "Draft", "Far away")).toBeVisible();
});

test("on a phone there is a column to look at when the one that was looked at is hidden", async ({ page, product }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const project = await newProject(product, "Phone");
  await open(page, `/p/${project.key}?cancelled=true`);
  await page
    .getByRole("navigation", { name: "Columns" })
    .getByRole("button", { name: /^Cancelled/ })
    .click();
  await expect(column(page, "Cancelled")).toBeVisible();
  await page.getByRole("button", { name: "Display" }).click();
  await page.getByRole("menuitemcheckbox", { name: "Cancelled tasks" }).click();
  await expect(column(page, "Approved")).toBeVisible();
});

test("a demo that could not be deleted says so", async ({ page }) => {
  await open(page, "/p/DEMO");
  await page.route(/\/api\/v1\/projects\/[^/?]+$/, (route) =>
    route.request().method() === "DELETE" ? route.abort() : route.continue(),
  );
  await page.getByRole("button", { name: "About the demo" }).click();
  await page.getByRole("menuitem", { name: "Delete the demo" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete the demo" }).click();
  await expect(toast(page, "Could not delete the demo")).toBeVisible();
  await expect(page).toHaveURL(/\/p\/DEMO$/);
});

test("what a click has shown is stored although its tab is closed before it could be sent", async ({
  product,
  context,
}) => {
  await context.addCookies([await signIn(product)]);
  const project = await newProject(product, "Closed tabs");
  const isOn = async () =>
    (await product.api<{ autonomousExecutionEnabled: boolean }>("GET", `/projects/${project.id}`)).body
      .autonomousExecutionEnabled;
  const page = await context.newPage();
  await open(page, `/p/${project.key}/settings`);
  await takeEveryConnection(page);
  const control = page.getByRole("switch", { name: "Autonomous mode" });
  await control.click();
  await expect(control).toBeChecked();
  expect(await isOn()).toBe(false);
  await page.close();
  await expect.poll(isOn).toBe(true);
});

/** A browser opens six at most to one server; each of these is answered when the server next asks for a sign of life. */
async function takeEveryConnection(page: Page) {
  await page.evaluate(async () => {
    const poll = "/socket.io/?EIO=4&transport=polling";
    const opened = await Promise.all(Array.from({ length: 6 }, async () => (await fetch(poll)).text()));
    for (const text of opened) {
      const { sid } = JSON.parse(text.slice(1)) as { sid: string };
      void fetch(`${poll}&sid=${sid}`);
    }
  });
}
