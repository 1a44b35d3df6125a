import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./axe.ts";
import { holdQueue, newProject, newTask, openQueue } from "./busy-project.ts";
import { signIn, test } from "./fixtures.ts";
import type { Product } from "./product.ts";

const dock = (page: Page) => page.getByRole("complementary", { name: "Chat" });
/** A combobox while its list is open, else a textbox. */
const message = (page: Page) => dock(page).getByLabel("Message", { exact: true });
const answers = (page: Page) => dock(page).getByRole("group", { name: "Answers" });
const newest = (page: Page) => dock(page).getByRole("article", { name: "Runboard answered" }).last();

interface Card {
  title: string;
  status: string;
  type: string;
  priority: number;
  spec: object;
  dependsOn: string[];
}
const cardsOf = async (product: Product, projectId: string) =>
  (await product.api<{ items: Card[] }>("GET", `/projects/${projectId}/tasks?sort=recent`)).body.items;
const shell = (line: string) => ({ command: "sh", args: ["-c", line] });

/** The thread's newest answer, once it is there. */
const asks = (page: Page, words: string | RegExp) => expect(newest(page)).toContainText(words);

test.beforeEach(async ({ product }) => void (await holdQueue(product)));
// Files that come after this one may have the same product.
test.afterEach(async ({ product }) => void (await openQueue(product)));

test("a task is written in four steps by keyboard alone, with a way back and a wrong answer", async ({
  page,
  product,
}) => {
  const project = await newProject(product, "Steps");
  const before = await newTask(product, project, { title: "Lay the floor" });
  await page.goto(`/p/${project.key}`);
  await page.waitForLoadState("networkidle");
  const write = async (text: string) => {
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
  };

  await page.keyboard.press("Control+j");
  await expect(message(page)).toBeFocused();
  await write("/task");
  await asks(page, "What should the task do?");
  await expect(message(page)).toHaveAccessibleDescription("Your line is the answer");
  await write("Sweep the florr");
  await asks(page, "What carries it out");
  await write("back");
  await asks(page, "What should the task do?");
  await write("Sweep the floor");
  await asks(page, "What carries it out");
  await write("a robot");
  await asks(page, "Nothing here is called a robot; there are command");
  // Enter alone is what is usual.
  await expect(message(page)).toHaveAccessibleDescription("Your line is the answer; Enter alone: command");
  await page.keyboard.press("Enter");
  await asks(page, "Which command should a shell run?");
  await write("true");
  await asks(page, "How urgent is it?");
  // A button is as near as Shift+Tab: from Stop over Create now and Back to the last of the choices.
  for (const name of ["Stop", "Create now", "Back", "Highest", "High"]) {
    await page.keyboard.press("Shift+Tab");
    await expect(answers(page).getByRole("button", { name, exact: true })).toBeFocused();
  }
  await page.keyboard.press("Enter");
  await asks(page, /What does it wait for\?/);
  await expect(message(page)).toBeFocused();
  await page.keyboard.type("lay");
  await page.keyboard.press("Tab");
  await expect(message(page)).toHaveValue(`${before.key} `);
  await page.keyboard.press("Enter");
  await asks(page, `waits for ${before.key}`);
  await expect(answers(page)).toHaveCount(0);
  await expect(newest(page).getByRole("article", { name: /^Task / })).toContainText("Sweep the floor");
  expect((await cardsOf(product, project.id)).find(({ title }) => title === "Sweep the floor")).toMatchObject({
    ...{ status: "APPROVED", type: "cli", spec: shell("true"), priority: 3, dependsOn: [before.id] },
  });
});

test("by buttons: under the newest question only, over a reload, and stop ends it", async ({ page, product }) => {
  const project = await newProject(product, "Buttons");
  await page.goto(`/p/${project.key}`);
  await page.getByRole("button", { name: "Chat" }).click();
  const press = (name: string) => answers(page).getByRole("button", { name, exact: true }).click();
  const say = async (text: string) => {
    await message(page).fill(text);
    await message(page).press("Enter");
  };

  await say("/draft");
  await asks(page, "What should the task do?");
  await expect(answers(page).getByRole("button")).toHaveText(["Stop"]);
  await say("Run the tests `npm test`");
  await asks(page, "It runs npm test. How urgent is it?");
  await expect(answers(page)).toHaveCount(1);
  await page.reload();
  await press("Low");
  await asks(page, "What does it wait for?");
  await expect(answers(page)).toHaveCount(1);
  await press("Back");
  await asks(page, "How urgent is it?");
  await press("Highest");
  await asks(page, "What does it wait for?");
  await press("Nothing");
  await asks(page, "is a draft.");
  await expect(answers(page)).toHaveCount(0);

  await say("/task");
  await say("Something else");
  await asks(page, "What carries it out");
  await press("Stop");
  await asks(page, "Nothing was created.");
  await say("/task priority:low");
  await say("Now `true`");
  await asks(page, "What does it wait for?");
  await press("Create now");
  await asks(page, "is starting.");
  const drafted = { title: "Run the tests `npm test`", status: "DRAFT", priority: 4, spec: shell("npm test") };
  const started = { title: "Now `true`", status: "QUEUED", priority: 1, dependsOn: [] };
  const cards = await cardsOf(product, project.id);
  expect(cards).toHaveLength(2);
  expect(cards).toEqual(expect.arrayContaining([drafted, started].map((one) => expect.objectContaining(one))));
});

test("choices have the size of a finger on a phone, and nothing is wrong for those who do not see them", async ({
  browser,
  product,
}) => {
  const project = await newProject(product, "Narrow");
  await newTask(product, project, {
    title: "A title that is a great deal longer than three hundred and twenty pixels have room for",
  });
  await product.api("POST", `/projects/${project.id}/chat/messages`, { text: "/task" });
  const phone = await browser.newContext({
    ...{ viewport: { width: 320, height: 640 }, hasTouch: true, isMobile: true, baseURL: product.url },
  });
  await phone.addCookies([await signIn(product)]);
  const page = await phone.newPage();
  for (const [colorScheme, line] of [["light", "Sweep `true`"] as const, ["dark", "low"] as const]) {
    await product.api("POST", `/projects/${project.id}/chat/messages`, { text: line });
    await page.emulateMedia({ colorScheme });
    await page.goto(`/p/${project.key}`);
    if (!(await dock(page).isVisible())) await page.getByRole("button", { name: "Chat" }).click();
    await expect(answers(page)).toBeVisible();
    for (const button of await answers(page).getByRole("button").all()) {
      const box = (await button.boundingBox())!;
      expect(box.height).toBeGreaterThanOrEqual(44);
      expect(box.x >= 0 && box.x + box.width <= 320).toBe(true);
    }
    await expectAccessible(page);
  }
  await answers(page).getByRole("button", { name: "Nothing" }).tap();
  await expect(message(page)).not.toBeFocused();
  await asks(page, "is starting.");
  await phone.close();
});

test("the chat makes way on a phone for what it links; beside the page it stays, and takes the focus only when it is opened", async ({
  page,
  product,
}) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const project = await newProject(product, "Way");
  const task = await newTask(product, project, { title: "Linked" });
  await page.goto(`/p/${project.key}`);
  await page.waitForLoadState("networkidle");
  await page.getByRole("button", { name: "Chat" }).click();
  await message(page).fill("/task Another `true`");
  await message(page).press("Enter");
  const card = newest(page).getByRole("article", { name: /^Task / });
  await card.getByRole("link").click();
  await expect(dock(page)).toBeHidden();
  const panel = page.getByRole("complementary", { name: /^Task / });
  await expect(panel).toBeFocused();
  await expect(panel).not.toHaveAccessibleName(`Task ${task.key}`);

  await page.setViewportSize({ width: 1280, height: 800 });
  await page.keyboard.press("Control+j");
  await expect(message(page)).toBeFocused();
  // What is not refused here the browser opens in place of the page.
  const isLeftToBrowser = await message(page).evaluate((field) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File(["title\nBuild\n"], "tasks.csv", { type: "text/csv" }));
    return field.dispatchEvent(new DragEvent("dragover", { dataTransfer, bubbles: true, cancelable: true }));
  });
  expect(isLeftToBrowser).toBe(false);
  await page.getByRole("link", { name: "Queue", exact: true }).click();
  await expect(page).toHaveURL(/\/queue$/);
  await expect(message(page)).toBeVisible();
  await expect(message(page)).not.toBeFocused();
});
