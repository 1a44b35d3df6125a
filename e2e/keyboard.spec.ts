import { expect, type Locator, type Page } from "@playwright/test";
import { test as base } from "./fixtures.ts";

/** A worker of its own, and with it a product whose demo nobody has run yet. */
const test = base.extend<object, { isUntouched: boolean }>({ isUntouched: [true, { scope: "worker" }] });

test.use({ contextOptions: { reducedMotion: "no-preference" } });

/** No mouse in this file: only keys, and what stands on the screen after them. */
const column = (page: Page, name: string) => page.getByRole("region", { name, exact: true });
const cardIn = (page: Page, name: string, title: string) => column(page, name).getByRole("link", { name: title });
const said = (page: Page) => page.locator("[data-announcer]");
const panel = (page: Page, key: RegExp) => page.getByRole("complementary", { name: key });

/** Walks until it is there; a focus that is held anywhere on the way never arrives. */
async function walkTo(page: Page, wanted: Locator, key: "Tab" | "Shift+Tab" = "Tab") {
  await expect(wanted).toBeVisible();
  for (let step = 0; step < 80; step++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`80 presses of ${key} did not reach ${wanted}`);
}

async function writeTask(page: Page, { title, command }: { title: string; command: string }) {
  await page.keyboard.press("c");
  const dialog = page.getByRole("dialog", { name: "New task" });
  await expect(dialog.getByRole("textbox", { name: "Title" })).toBeFocused();
  await page.keyboard.type(title);
  await walkTo(page, dialog.getByRole("textbox", { name: "Command" }));
  await page.keyboard.type(command);
  await walkTo(page, dialog.getByRole("button", { name: "Create draft" }));
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(cardIn(page, "Draft", title)).toBeFocused();
}

test.describe.configure({ mode: "serial" });

test.beforeEach(async ({ page }) => {
  await page.goto("/p/DEMO");
  // Keys act once the page's code is there; until then nothing on it can tell.
  await page.waitForLoadState("networkidle");
});

test("a form that is closed before it is sent stands as it was left, until it is sent or begun anew", async ({
  page,
}) => {
  const dialog = page.getByRole("dialog", { name: "New task" });
  const title = dialog.getByRole("textbox", { name: "Title" });
  const startOver = dialog.getByRole("button", { name: "Start over" });
  await page.keyboard.press("c");
  await expect(title).toBeFocused();
  await page.keyboard.type("Half a thought");
  await page.keyboard.press("Escape");
  await expect(dialog).toBeHidden();
  await page.reload();
  await page.waitForLoadState("networkidle");
  await page.keyboard.press("c");
  await expect(title).toHaveValue("Half a thought");
  await walkTo(page, startOver, "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(title).toHaveValue("");
  await expect(title).toBeFocused();
  await expect(startOver).toHaveCount(0);
  await page.keyboard.press("Escape");
  await writeTask(page, { title: "A whole thought", command: "true" });
  await page.keyboard.press("c");
  await expect(title).toHaveValue("");
});

test("the first Tab offers the way past the navigation", async ({ page }) => {
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await expect(page.locator("#main")).toBeFocused();
  await page.keyboard.press("Tab");
  expect(await page.evaluate(() => document.activeElement?.closest("#main") !== null)).toBe(true);
});

test("a task is written, approved, given a dependency, moved and refused", async ({ page }) => {
  const title = "Greet by keyboard";
  await writeTask(page, { title, command: "echo greetings from the keys" });

  // A: approve, and back; the focus stays on the card.
  await page.keyboard.press("a");
  await expect(cardIn(page, "Approved", title)).toBeFocused();
  await expect(said(page)).toContainText("approved");

  // Enter: the panel, and a dependency by its search.
  await page.keyboard.press("Enter");
  await expect(panel(page, /^Task DEMO-/)).toBeFocused();
  const search = page.getByRole("combobox", { name: /Waits for/ });
  await walkTo(page, search);
  await page.keyboard.type("DEMO-1");
  await expect(page.getByRole("option").first()).toContainText("DEMO-1");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("list", { name: "Waits for" })).toContainText("DEMO-1");
  await page.keyboard.press("Escape");
  await expect(panel(page, /^Task DEMO-/)).toBeHidden();
  const card = cardIn(page, "Approved", title);
  await expect(card).toBeFocused();
  await expect(column(page, "Approved").getByRole("listitem").filter({ hasText: title })).toContainText("Blocked by 1");

  // Space and arrows: every column says what it would do, or why not; Escape puts it back.
  await page.keyboard.press("Space");
  await expect(said(page)).toContainText("lifted. Position");
  await page.keyboard.press("ArrowRight");
  await expect(said(page)).toContainText("Queued refuses this task: 1 dependency is open.");
  await page.keyboard.press("ArrowRight");
  await expect(said(page)).toContainText("Running does not accept drops.");
  await page.keyboard.press("Space");
  await expect(said(page)).toContainText("Running does not accept drops.");
  await expect(card).toBeFocused();
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowLeft");
  await expect(said(page)).toContainText("Draft. Drop to withdraw.");
  await page.keyboard.press("Escape");
  await expect(said(page)).toContainText("Move cancelled.");
  await expect(card).toBeFocused();

  // The drop is a verb.
  await page.keyboard.press("Space");
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("Space");
  await expect(cardIn(page, "Draft", title)).toBeFocused();
  await expect(said(page)).toContainText("withdrawn");

  // M: the same without carrying.
  await page.keyboard.press("m");
  const dialog = page.getByRole("dialog", { name: /^Move DEMO-/ });
  await walkTo(page, dialog.getByRole("button", { name: /^Approved/ }));
  await page.keyboard.press("Enter");
  await expect(dialog).toBeHidden();
  await expect(card).toBeFocused();
  await expect(said(page)).toContainText("approved");

  // A refusal names what is open.
  await page.keyboard.press("s");
  await expect(said(page)).toContainText(/Queued refuses DEMO-\d+\. It waits for DEMO-1\./);
  await expect(card).toBeFocused();
});

test("a card is started, opened, its log is read, and Escape leads back to it", async ({ page }) => {
  const title = "Speak by keyboard";
  await writeTask(page, { title, command: "echo spoken by keys" });
  await page.keyboard.press("a");
  await expect(cardIn(page, "Approved", title)).toBeFocused();
  await page.keyboard.press("s");
  await expect(cardIn(page, "Completed", title)).toBeVisible({ timeout: 30_000 });
  await expect(cardIn(page, "Completed", title)).toBeFocused();
  await page.keyboard.press("Enter");
  await walkTo(page, page.getByRole("tab", { name: "Overview" }));
  // The focus follows a key a moment later; nobody's next one comes before.
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: /^Sessions/ })).toBeFocused();
  await page.keyboard.press("ArrowRight");
  await expect(page.getByRole("tab", { name: "Logs" })).toHaveAttribute("aria-selected", "true");
  const log = page.getByRole("log", { name: /^Log of DEMO-/ });
  await expect(log).toContainText("spoken by keys");
  await walkTo(page, log);
  await page.keyboard.press("Escape");
  await expect(log).toBeHidden();
  await expect(cardIn(page, "Completed", title)).toBeFocused();

  // The card's menu, by its key.
  await page.keyboard.press("Shift+F10");
  await expect(page.getByRole("menuitem", { name: /^Open/ })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(cardIn(page, "Completed", title)).toBeFocused();
});

test("autonomous mode, the chat and the settings' switch are within reach of the keys", async ({ page, product }) => {
  await walkTo(page, page.getByRole("button", { name: /^Start Processing/ }));
  await page.keyboard.press("Enter");
  const control = page.getByRole("button", { name: /^Autonomous: ON/ });
  await expect(control).toBeFocused();
  await expect(page.getByRole("region", { name: "About autonomous mode" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("region", { name: "About autonomous mode" })).toBeHidden();
  await expect(control).toBeFocused();

  await page.keyboard.press("Control+j");
  const message = page.getByRole("textbox", { name: "Message" });
  await expect(message).toBeFocused();
  await page.keyboard.type("/status");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "Chat" }).getByRole("log")).toContainText(/Autonomous/i);
  await page.keyboard.press("Control+j");
  await expect(message).toBeHidden();
  await expect(control).toBeFocused();

  await page.keyboard.press("g");
  await page.keyboard.press("s");
  const inSettings = page.getByRole("switch", { name: "Autonomous mode" });
  await walkTo(page, inSettings);
  await expect(inSettings).toBeChecked();
  await page.keyboard.press("Space");
  await expect(inSettings).not.toBeChecked();
  await expect(inSettings).toBeFocused();
  await expect
    .poll(async () => (await product.api("GET", "/projects/DEMO")).body.autonomousExecutionEnabled)
    .toBe(false);
});
