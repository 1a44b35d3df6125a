import { expect, type Page } from "@playwright/test";
import { aged, holdQueue, newProject, newTask, openQueue, type ProjectAt, readTask } from "./busy-project.ts";
import { signIn, test } from "./fixtures.ts";
import { plantPause } from "./planted-agents.ts";
import { eventually, type Product } from "./product.ts";

const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const cardIn = (page: Page, name: string, title: string) =>
  column(page, name).getByRole("listitem").filter({ hasText: title });
const section = (page: Page, name: RegExp) => page.getByRole("region", { name });
const strategies = [
  { name: "Log only", value: "log_only" },
  { name: "Mark stalled", value: "mark_stalled" },
  { name: "Reassign", value: "reassign" },
  { name: "Escalate", value: "escalate" },
];

/** What the monitor wrote into the journal about one task. */
async function reactions(product: Product, project: ProjectAt, taskId: string) {
  const { body } = await product.api<{ items: { payload: { strategy: string } }[] }>(
    "GET",
    `/projects/${project.id}/events?entityId=${taskId}&type=MONITOR_REACTED`,
  );
  return body.items.map(({ payload }) => payload.strategy);
}

async function chooseStrategy(page: Page, project: ProjectAt, name: string) {
  await page.goto(`/p/${project.key}/settings#monitor`);
  await page.getByRole("combobox", { name: "When something waits or is silent too long", exact: true }).click();
  await page.getByRole("option", { name, exact: true }).click();
  await page.getByRole("textbox", { name: "A task may wait", exact: true }).fill("1");
  await page.getByRole("textbox", { name: "Time between checks", exact: true }).fill("86400");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("region", { name: "Unsaved changes" })).toBeHidden();
}

async function checkTenTimes(page: Page) {
  for (let press = 0; press < 10; press++) {
    const answer = page.waitForResponse((response) => response.url().endsWith("/monitor/check"));
    await page.getByRole("button", { name: "Check now" }).click();
    expect((await answer).status()).toBe(200);
  }
}

test.beforeEach(({ product }) => holdQueue(product));

test("each strategy of the monitor is seen on the board, and ten checks are one reaction", async ({
  page,
  product,
}) => {
  test.setTimeout(240_000);
  const project = await newProject(product, "Watched");
  const keys = new Map<string, string>();
  for (const { name, value } of strategies) {
    await chooseStrategy(page, project, name);
    const task = await newTask(product, project, { title: `Waits for ${name}` });
    keys.set(value, task.key);
    await aged(product, task.id);
    await checkTenTimes(page);
    expect(await reactions(product, project, task.id)).toEqual([value]);
  }

  await page.goto(`/p/${project.key}`);
  for (const name of ["Log only", "Reassign", "Escalate"]) {
    await expect(cardIn(page, "Queued", `Waits for ${name}`)).toContainText("Monitor: waits for");
  }
  await expect(cardIn(page, "Stopped", "Waits for Mark stalled")).toContainText("Stalled");

  // An escalation and what it is about lead to each other.
  const escalated = keys.get("escalate")!;
  const draft = cardIn(page, "Draft", `Investigate stalled task: ${escalated}`);
  await expect(draft).toHaveCount(1);
  await draft.getByRole("link").first().click();
  await expect(page).toHaveURL(/\/t\/[A-Z]+-\d+$/);
  await page.getByRole("list", { name: "Asks you to look into" }).getByRole("link", { name: escalated }).click();
  await expect(page).toHaveURL(new RegExp(`/t/${escalated}$`));
  await expect(page.getByText("The monitor noticed: waits for")).toBeVisible();
  await page
    .getByRole("list", { name: "Looked into by" })
    .getByRole("link", { name: /Investigate stalled/ })
    .click();
  await expect(page.getByRole("list", { name: "Asks you to look into" })).toBeVisible();

  // What stalled says why, and what to do.
  await page.goto(`/p/${project.key}/t/${keys.get("mark_stalled")}?tab=overview`);
  const error = page.getByRole("region", { name: "Last error" });
  await expect(error).toContainText("has been waiting in QUEUED");
  await error.getByRole("button", { name: "Retry" }).click();
  await expect(cardIn(page, "Queued", "Waits for Mark stalled")).toBeVisible();
});

test("places in the queue follow in a second browser, on the cards and on the page of the queue", async ({
  page,
  product,
  browser,
}) => {
  const project = await newProject(product, "Line");
  const titles = ["first come", "second come", "third come", "fourth come"];
  for (const title of titles) await newTask(product, project, { title });
  const other = await browser.newContext({ baseURL: product.url });
  await other.addCookies([await signIn(product)]);
  const [board, list] = [await other.newPage(), await other.newPage()];
  await board.goto(`/p/${project.key}`);
  await list.goto(`/p/${project.key}/queue?mine=true`);
  await page.goto(`/p/${project.key}/queue?mine=true`);
  for (const each of [board, list]) await each.evaluate(() => Object.assign(window, { isFirstLoad: true }));

  const waiting = (where: Page) => section(where, /^Waiting/).getByRole("listitem");
  const isInOrder = async (order: readonly string[]) => {
    for (const where of [page, list]) {
      await expect(waiting(where)).toHaveText(order.map((title) => new RegExp(title)));
    }
    await expect(column(board, "Queued").getByRole("listitem")).toHaveText(order.map((title) => new RegExp(title)));
  };
  const placeOf = async (title: string) => {
    const { body } = await product.api<{ items: { title: string; position: number }[] }>("GET", "/queue");
    return body.items.find((item) => item.title === title)!.position;
  };
  const cardsSayTheirPlaces = async (order: readonly string[]) => {
    for (const title of order) {
      await expect(cardIn(board, "Queued", title)).toContainText(`no. ${await placeOf(title)}`);
    }
  };
  await isInOrder(titles);
  await cardsSayTheirPlaces(titles);

  await page.getByRole("button", { name: /^Priority of LINE-4/ }).click();
  await page.getByRole("menuitemradio", { name: "Highest" }).click();
  const reordered = ["fourth come", "first come", "second come", "third come"];
  await isInOrder(reordered);
  await cardsSayTheirPlaces(reordered);

  await page.getByRole("button", { name: "Take LINE-1 out of the queue" }).click();
  const shorter = ["fourth come", "second come", "third come"];
  await isInOrder(shorter);
  await cardsSayTheirPlaces(shorter);

  // Clearing asks once, and names what it clears.
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByRole("alertdialog").getByRole("button", { name: "Clear 3 tasks" }).click();
  await expect(column(board, "Queued").getByRole("listitem")).toHaveCount(0);
  await expect(section(list, /^Waiting/)).toContainText("Nothing of this kind waits");
  for (const each of [board, list]) expect(await each.evaluate(() => "isFirstLoad" in window)).toBe(true);
  await other.close();
});

test("by the keys alone: to the queue, to a running session, and it is stopped once that is confirmed", async ({
  page,
  product,
}) => {
  await openQueue(product);
  const project = await newProject(product, "Stoppable");
  const task = await newTask(product, project, { title: "Sleeps for long", line: "echo asleep; sleep 600" });
  await eventually(async () => (await readTask(product, task.id)).status === "RUNNING");
  await page.goto(`/p/${project.key}`);
  // What other projects' sessions take is looked at every twenty seconds only: tasks that were held before may be counted, too.
  await expect(page.getByRole("link", { name: /^Queue: [1-9]\d* of \d+ agent slots are taken/ })).toBeVisible();
  await page.waitForLoadState("networkidle");
  await page.keyboard.press("g");
  await page.keyboard.press("q");
  await expect(page.getByRole("heading", { name: "Queue", level: 1 })).toBeVisible();
  const row = section(page, /^Running/)
    .getByRole("listitem")
    .filter({ hasText: "Sleeps for long" });
  await expect(row).toContainText(/Process \d+/);
  const stop = row.getByRole("button", { name: `Stop ${task.key}` });
  for (let presses = 0; presses < 60; presses++) {
    if (await stop.evaluate((element) => element === document.activeElement)) break;
    await page.keyboard.press("Tab");
  }
  await expect(stop).toBeFocused();
  await page.keyboard.press("Enter");
  const question = page.getByRole("alertdialog", { name: `Stop ${task.key}?` });
  await expect(question.getByRole("button", { name: "Let it run" })).toBeFocused();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(row).toBeHidden();
  expect((await readTask(product, task.id)).status).toBe("CANCELLED");
});

test("a type of task whose provider asked to wait pauses, says so, and is resumed by a person", async ({
  page,
  product,
}) => {
  await openQueue(product);
  const project = await newProject(product, "Limited");
  await page.goto(`/p/${project.key}`);
  await page.waitForLoadState("networkidle");
  await plantPause(product, project.id, "cli");
  await expect(page.getByText(/^cli pauses until/)).toBeVisible({ timeout: 30_000 });
  await newTask(product, project, { title: "Has to wait with it" });
  await expect(cardIn(page, "Queued", "Has to wait with it")).toContainText("The provider of cli asked to wait");

  await page.goto(`/p/${project.key}/queue`);
  await expect(section(page, /^Paused/)).toContainText("cli starts nothing until");
  await page.getByRole("button", { name: "Resume cli now" }).click();
  await expect(section(page, /^Paused/)).toBeHidden();
  await eventually(async () => {
    const { body } = await product.api<{ counts: { COMPLETED: number } }>("GET", `/projects/${project.id}`);
    return body.counts.COMPLETED === 1;
  });
});
