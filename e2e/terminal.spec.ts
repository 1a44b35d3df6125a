import { execFileSync } from "node:child_process";
import { expect, type Page } from "@playwright/test";
import { expectAccessible } from "./axe.ts";
import { newProject, type ProjectAt } from "./busy-project.ts";
import { childPid } from "./child-pid.ts";
import { signIn, test } from "./fixtures.ts";
import { eventually, type Product } from "./product.ts";

const screen = (page: Page) => page.locator(".xterm-rows");
const banner = (page: Page) =>
  page
    .getByRole("region", { name: /^Terminal of/ })
    .getByRole("status")
    .first();

/** A card for a shell that waits for somebody to open it. */
async function newShell(product: Product, project: ProjectAt, title: string) {
  const spec = { command: "bash", args: ["--norc", "-i"], environment: { PS1: "here> " } };
  const { body } = await product.api<{ id: string; key: string }>("POST", `/projects/${project.id}/tasks`, {
    ...{ title, spec, status: "APPROVED" },
  });
  return body;
}

async function openByMenu(page: Page, project: ProjectAt, key: string) {
  await page.goto(`/p/${project.key}/t/${key}`);
  await page.getByRole("button", { name: "More actions" }).last().click();
  await page.getByRole("menuitem", { name: "Open a terminal" }).click();
  await expect(banner(page)).toHaveText(/^Read only\./, { timeout: 60_000 });
}

async function takeOver(page: Page) {
  await page.getByRole("button", { name: "Take over" }).click();
  await expect(banner(page)).toHaveText(/^Interactive: you are typing\./);
}

/** The command that `session.attach` names, with something else to do than to attach. */
async function tmuxOf(product: Product, taskId: string) {
  const { body } = await product.api<{ items: { id: string }[] }>("GET", `/sessions?taskId=${taskId}`);
  const attach = await product.api<{ command: string }>("GET", `/sessions/${body.items[0]!.id}/attach`);
  const words = attach.body.command.split(" ");
  expect(words.at(-1)).toBe("attach");
  return (...args: string[]) => execFileSync(words[0]!, [...words.slice(1, -1), ...args], { encoding: "utf8" });
}

test("a terminal is typed into from the browser and from tmux at once, and outlives web and orchestrator", async ({
  page,
  product,
}) => {
  test.setTimeout(300_000);
  const project = await newProject(product, "Terminals");
  const task = await newShell(product, project, "By hand");
  await openByMenu(page, project, task.key);
  await expect(screen(page)).toContainText("here>");
  // Where it is typed, and not at the page's own keys.
  await page.locator(".xterm-helper-textarea").focus();
  await page.keyboard.type("echo not-$((1+1))\n");
  await takeOver(page);
  await page.keyboard.type("kept=$((40+2)); echo browser-$kept\n");
  await expect(screen(page)).toContainText("browser-42");
  await expect(screen(page)).not.toContainText("not-2");

  const tmux = await tmuxOf(product, task.id);
  expect(tmux("capture-pane", "-p", "-t", "terminal")).toContain("browser-42");
  tmux("send-keys", "-t", "terminal", "echo outside-$kept", "Enter");
  await expect(screen(page)).toContainText("outside-42");

  for (const process of ["/web.", "/orchestrator."]) {
    const before = childPid(product, process)!;
    globalThis.process.kill(before, "SIGKILL");
    // For a moment the one that was killed is still listed.
    await eventually(async () => ![null, before].includes(childPid(product, process)), 60_000);
    await expect(banner(page)).toHaveText(/^Interactive: you are typing\./, { timeout: 90_000 });
    await page.locator(".xterm-helper-textarea").focus();
    await page.keyboard.type(`echo "after ${process} $kept"\n`);
    await expect(screen(page)).toContainText(`after ${process} 42`);
  }
  await expect(screen(page)).toContainText("outside-42");

  // Nothing was typed but by us: no answer of the page's terminal to tmux.
  await expect(screen(page)).not.toContainText("command not found");

  await page.keyboard.type("echo made > made.txt; exit\n");
  await expect(page.getByText("This terminal is closed.")).toBeVisible({ timeout: 60_000 });
  const done = await eventually(async () => {
    const { body } = await product.api<{ status: string; resultCommit: string }>("GET", `/tasks/${task.id}`);
    return body.status === "COMPLETED" && body;
  }, 60_000);
  expect(done.resultCommit).toMatch(/^[0-9a-f]{40}$/);
});

test("who looks on sees who types, keeps the page's keys, and takes over; the keyboard leads out", async ({
  page,
  product,
  browser,
}) => {
  test.setTimeout(240_000);
  const project = await newProject(product, "Two at one");
  const task = await newShell(product, project, "Shared");
  await openByMenu(page, project, task.key);
  await takeOver(page);
  const context = await browser.newContext({ viewport: { width: 320, height: 640 }, colorScheme: "dark" });
  await context.addCookies([await signIn(product)]);
  const other = await context.newPage();
  await other.goto(`${product.url}/p/${project.key}/t/${task.key}?tab=terminal`);
  await expect(banner(other)).toHaveText(/^Read only\. Owner is typing elsewhere\./);
  await expect(other.getByText("2 viewers")).toBeVisible();
  await page.keyboard.type("echo seen-by-$((1+1))\n");
  await expect(screen(other)).toContainText("seen-by-2");
  for (const shown of [page, other]) await expectAccessible(shown);

  // The second one is taken by no system.
  for (const keys of ["Control+Shift+Escape", "Shift+F6"]) {
    await page.locator(".xterm-helper-textarea").focus();
    await page.keyboard.press(keys);
    await expect(page.getByRole("button", { name: "Watch only" })).toBeFocused();
  }
  await takeOver(other);
  await expect(banner(page)).toHaveText(/^Read only\. Owner is typing elsewhere\./);
  await other.keyboard.type("stty size; exit\n");
  await expect(other.getByText("This terminal is closed.")).toBeVisible({ timeout: 60_000 });
  await context.close();
});
