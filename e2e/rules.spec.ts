import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, type Locator, type Page } from "@playwright/test";
import { expectAccessibleInBothThemes } from "./axe.ts";
import { test } from "./fixtures.ts";
import { eventually, type Product } from "./product.ts";
import { freshRepository } from "./repository.ts";

const section = (page: Page) => page.getByRole("region", { name: "Rules", exact: true });
const dialog = (page: Page) => page.getByRole("dialog");
const field = (page: Page, name: string) => dialog(page).getByRole("textbox", { name, exact: true });
const did = (page: Page) => section(page).getByRole("list", { name: "What rules did" }).getByRole("listitem");

interface Card {
  id: string;
  key: string;
  title: string;
  status: string;
}

async function newProject(product: Product, name: string) {
  const repoPath = freshRepository();
  const { body } = await product.api<{ id: string; key: string }>("POST", "/projects", { name, repoPath });
  mkdirSync(join(repoPath, "docs"));
  return {
    ...body,
    read: (file: string) => readFileSync(join(repoPath, "docs", file), "utf8"),
    write: (file: string, text: string) => writeFileSync(join(repoPath, "docs", file), text),
    cards: async () => (await product.api<{ items: Card[] }>("GET", `/projects/${body.id}/tasks`)).body.items,
    /** Documents count as known only after the first look. */
    watched: () =>
      eventually(async () => {
        const { items } = (
          await product.api<{ items: { seenAt: string | null }[] }>("GET", `/projects/${body.id}/rules`)
        ).body;
        return items.length > 0 && items.every(({ seenAt }) => seenAt !== null);
      }),
    autonomous: (enabled: boolean) => product.api("PATCH", `/projects/${body.id}/autonomous-execution`, { enabled }),
  };
}

/** Walks with the keyboard until it is there. */
async function walkTo(page: Page, wanted: Locator, key: "Tab" | "Shift+Tab" = "Tab") {
  await expect(wanted).toBeVisible();
  for (let step = 0; step < 60; step++) {
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`60 presses of ${key} did not reach ${wanted}`);
}

/** Nothing to complain about, light and dark, and nothing that has to be scrolled sideways. The rest of the page is looked at elsewhere. */
async function look(page: Page, part: "#rules" | "[role=dialog]") {
  await expectAccessibleInBothThemes(page, { within: part });
}

// A document is looked at every other second, then left alone for a moment, then its task runs and is written back.
test.describe.configure({ timeout: 180_000 });

test("a rule is written by keyboard; a document becomes a card that runs, and its result stands in the document", async ({
  page,
  product,
}) => {
  const project = await newProject(product, "Specs");
  await project.autonomous(true);
  await page.goto(`/p/${project.key}/settings#rules`);
  const newRule = section(page).getByRole("button", { name: "New rule" });
  await newRule.press("Enter");
  await expect(field(page, "Name")).toBeFocused();
  await page.keyboard.type("Specs");
  await walkTo(page, field(page, "Documents"));
  await page.keyboard.type("docs/**/*.md");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await newRule.press("Enter");
  await expect(field(page, "Documents")).toHaveValue("docs/**/*.md");
  await walkTo(page, field(page, "Title"));
  await page.keyboard.type("Carry out {{titel}}");
  await walkTo(page, field(page, "Command line"));
  await page.keyboard.type("echo ");
  await walkTo(page, dialog(page).getByRole("button", { name: "Insert {{path}}" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(field(page, "Command line")).toBeFocused();
  await page.keyboard.type(" done");
  await expect(field(page, "Command line")).toHaveValue("echo {{path}} done");
  await walkTo(page, dialog(page).getByRole("checkbox", { name: /Write the result back/ }));
  await page.keyboard.press("Space");
  await walkTo(page, dialog(page).getByRole("button", { name: "Create rule" }));
  await page.keyboard.press("Enter");

  await expect(dialog(page).getByText(/{{titel}} says nothing here.*Did you mean title\?/)).toBeVisible();
  await expect(field(page, "Title")).toBeFocused();
  await look(page, "[role=dialog]");
  await field(page, "Title").press("ControlOrMeta+a");
  await page.keyboard.type("Carry out ");
  await walkTo(page, dialog(page).getByRole("button", { name: "Insert {{title}}" }), "Shift+Tab");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  await expect(dialog(page)).toBeHidden();
  await expect(newRule).toBeFocused();
  await expect(section(page)).toContainText("When docs/**/*.md is added or changed: creates “Carry out {{title}}”.");
  await project.watched();

  await page.goto(`/p/${project.key}`);
  project.write("login.md", "# Login\n\nPeople sign in.\n");
  const card = page.getByRole("link", { name: "Carry out Login" }).first();
  await expect(card).toBeVisible();
  await eventually(async () => (await project.cards())[0]?.status === "COMPLETED");
  await eventually(async () => /is completed/.test(project.read("login.md")));
  expect(project.read("login.md")).toMatch(/^# Login\n\nPeople sign in\.\n\n<!-- runboard /);

  await card.click();
  await expect(page.getByText("Came of docs/login.md, by rule Specs")).toBeVisible();
  await page.getByRole("link", { name: "Specs", exact: true }).click();
  await expect(did(page)).toHaveText([/docs\/login\.mdaddedCreated.*Written back into the document: Completed/]);
  expect(await project.cards()).toHaveLength(1);
});

test("what happens while the task is open is held with its reason, and created all the same when a person says so", async ({
  page,
  product,
}) => {
  const project = await newProject(product, "Held");
  await product.api("POST", `/projects/${project.id}/rules`, {
    name: "One by one",
    when: { source: "documents", files: ["docs"] },
    task: { title: "Read {{name}}", spec: { command: "echo", args: ["{{text}}"] } },
  });
  await project.watched();
  project.write("a.md", "one");
  await eventually(async () => (await project.cards()).length === 1);
  project.write("a.md", "two, and longer");
  await page.goto(`/p/${project.key}/settings#rules`);
  await expect(did(page)).toHaveText([
    /docs\/a\.mdchangedHeld.*-1 is about docs\/a\.md, too/,
    /docs\/a\.mdaddedCreated/,
  ]);
  await expect(section(page).getByText("1 created, 1 held, 0 skipped")).toBeVisible();
  await look(page, "#rules");
  await page.setViewportSize({ width: 320, height: 640 });
  await look(page, "#rules");
  await page.setViewportSize({ width: 1280, height: 720 });

  const anyway = did(page).getByRole("button", { name: /Create task anyway/ });
  await section(page).getByRole("combobox", { name: "What it did" }).click();
  await page.getByRole("option", { name: "Skipped" }).click();
  await expect(section(page).getByText("Nothing of that kind.")).toBeVisible();
  await section(page).getByRole("button", { name: "Show everything" }).click();
  await anyway.press("Enter");
  await expect(did(page).getByRole("link", { name: new RegExp(`${project.key}-2`) })).toBeFocused();
  await expect(anyway).toBeHidden();
  expect(await project.cards()).toHaveLength(2);

  const rule = section(page).getByRole("switch", { name: "One by one" });
  await rule.press("Space");
  await expect(rule).not.toBeChecked();
  await expect(section(page).getByText("Saved")).toBeVisible();
  await section(page).getByRole("button", { name: "Delete rule One by one" }).press("Enter");
  await page.getByRole("button", { name: "Delete rule", exact: true }).press("Enter");
  await expect(section(page).getByText(/A rule creates a task by itself/)).toBeVisible();
  await expect(section(page).getByRole("button", { name: "New rule" })).toBeFocused();
  expect(await project.cards()).toHaveLength(2);
});

test("an operation that is posted as the dialog shows it becomes a card; a rule that somebody else changed is reloaded", async ({
  page,
  product,
}) => {
  const project = await newProject(product, "Invoices");
  await page.goto(`/p/${project.key}/settings`);
  await page.getByRole("searchbox", { name: "Search settings" }).fill("operations");
  await section(page).getByRole("button", { name: "New rule" }).click();
  await dialog(page).getByRole("radio", { name: "A document changes" }).press("ArrowDown");
  await expect(dialog(page).getByRole("radio", { name: "An operation is posted" })).toBeChecked();
  await field(page, "Name").fill("Invoices");
  await field(page, "Types").fill("APPROVE");
  await field(page, "Conditions").fill("input.currency = EUR");
  await field(page, "Title").fill("Pay {{input.amount}} for {{document}}");
  await field(page, "Command line").fill("echo {{ id }}");
  await dialog(page).getByText("Limits").click();
  await field(page, "Longest chain").fill("12");
  await dialog(page).getByText("Advanced").click();
  await field(page, "Area").fill("money");
  await field(page, "Attempts at most").fill("1");
  await field(page, "Depends on").fill("NOPE-1");
  await dialog(page).getByText("How a program posts an operation").click();
  const shown = await dialog(page).getByText("curl -X POST").textContent();
  await look(page, "[role=dialog]");
  await dialog(page).getByRole("button", { name: "Create rule" }).click();
  await expect(field(page, "Longest chain")).toBeFocused();
  await field(page, "Longest chain").fill("2");
  await field(page, "Longest chain").press("Enter");
  await expect(dialog(page).getByText("There is no task NOPE-1.")).toBeVisible();
  await expect(field(page, "Depends on")).toBeFocused();
  await field(page, "Depends on").fill("");
  await field(page, "Depends on").press("Enter");
  await expect(dialog(page)).toBeHidden();
  await expect(section(page)).toContainText("When APPROVE is posted and input.currency is EUR: creates");

  const [, url] = /POST (\S+)/.exec(shown!)!;
  const [, body] = /-d '(.*)'/.exec(shown!)!;
  expect(shown).toContain("Authorization: Bearer $RUNBOARD_TOKEN");
  const headers = { authorization: `Bearer ${product.token}`, "content-type": "application/json" };
  expect((await fetch(url!, { method: "POST", headers, body: body! })).status).toBe(200);
  await expect(did(page)).toHaveText([/invoices\/7APPROVECreatedby Invoices/]);
  expect(await project.cards()).toMatchObject([
    {
      ...{ title: "Pay 120 for invoices/7", status: "APPROVED", area: "money", maxAttempts: 1 },
      spec: { command: "echo", args: ["inv-7/3"] },
    },
  ]);

  await section(page).getByRole("button", { name: "Edit rule Invoices" }).click();
  await expect(field(page, "Command line")).toHaveValue("echo {{id}}");
  const { items } = (await product.api<{ items: { id: string }[] }>("GET", `/projects/${project.id}/rules`)).body;
  await field(page, "Types").fill("PAY");
  await page.keyboard.press("Escape");
  await expect(dialog(page)).toBeHidden();
  await product.api("PATCH", `/rules/${items[0]!.id}`, { name: "Bills" });
  await section(page).getByRole("button", { name: "Edit rule Bills" }).click();
  await expect(field(page, "Types")).toHaveValue("PAY");
  await expect(field(page, "Name")).toHaveValue("Invoices");
  await dialog(page).getByRole("button", { name: "Save rule" }).click();
  await expect(dialog(page).getByRole("alert")).toContainText("Somebody changed this rule meanwhile.");
  await expect(field(page, "Types")).toHaveValue("PAY");
  await dialog(page).getByRole("button", { name: "Reload" }).click();
  await expect(field(page, "Name")).toHaveValue("Bills");
  await expect(field(page, "Types")).toHaveValue("APPROVE");
  await field(page, "Types").fill("PAY");
  await dialog(page).getByRole("button", { name: "Save rule" }).click();
  await expect(dialog(page)).toBeHidden();
  await expect(section(page)).toContainText("When PAY is posted");
  await expect(section(page).getByRole("button", { name: "Edit rule Bills" })).toBeFocused();
});
