import { readFileSync } from "node:fs";
import { expect, type Page } from "@playwright/test";
import { unzipSync } from "fflate";
import { expectAccessible } from "./axe.ts";
import { newProject } from "./busy-project.ts";
import { test } from "./fixtures.ts";

const dialog = (page: Page) => page.getByRole("dialog", { name: "Several tasks" });
const rows = (page: Page) => dialog(page).getByRole("region", { name: "Preview" }).getByRole("listitem");
interface Card {
  key: string;
  title: string;
  status: string;
  blockedBy: string[];
  dependsOn: string[];
}

test("a list is looked at, then becomes cards that wait for one another, by keyboard alone", async ({
  page,
  product,
}) => {
  const project = await newProject(product, "Many");
  await page.goto(`/p/${project.key}`);
  await page.keyboard.press("Shift+C");
  await expect(dialog(page).getByRole("button", { name: "Create approved" })).toBeDisabled();
  await dialog(page)
    .getByRole("textbox")
    .fill("- Build `true`\n  - priority:high Test `true`\n- Think\n- [x] Old\n- after:99 Lost `true`");
  await expect(rows(page)).toHaveText([
    "Build `true`",
    "Test `true`highwaits for Build `true`",
    "Thinkno command: a draft",
    "Lost `true`waits for 99",
  ]);
  await expect(dialog(page).getByRole("status")).toHaveText("4 cards, 1 done already and left out");
  await expectAccessible(page);
  await dialog(page).getByRole("button", { name: "Create approved" }).press("Enter");
  await expect(dialog(page).getByRole("alert")).toContainText(/99.*Nothing was created/);

  await dialog(page).getByRole("textbox").fill("- Build `true`\n  - priority:high Test `true`\n- Think");
  await dialog(page).getByRole("button", { name: "Create approved" }).press("Enter");
  await expect(dialog(page)).toBeHidden();
  await expect(page.getByRole("link", { name: /Build/ }).first()).toBeVisible();
  const { body } = await product.api<{ items: Card[] }>("GET", `/projects/${project.id}/tasks`);
  const byTitle = new Map(body.items.map((card) => [card.title, card]));
  expect(body.items).toHaveLength(3);
  expect(byTitle.get("Think")).toMatchObject({ status: "DRAFT" });
  expect(byTitle.get("Test `true`")).toMatchObject({ status: "APPROVED" });
  expect(byTitle.get("Test `true`")!.dependsOn).toHaveLength(1);
});

test("/tasks in the chat and a file that is dropped on it open the same preview", async ({ page, product }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  const project = await newProject(product, "Chat lists");
  await page.goto(`/p/${project.key}`);
  await page.getByRole("button", { name: "Chat" }).click();
  const message = page.getByRole("textbox", { name: "Message" });
  await message.fill("/tasks First `true`");
  await message.press("Enter");
  await expect(rows(page)).toHaveText(["First `true`"]);
  await page.keyboard.press("Escape");
  const table = "title,after,command\nBuild,,make\nTest,Build,make test\n";
  await message.evaluate((field, text) => {
    const files = new DataTransfer();
    files.items.add(new File([text], "tasks.csv", { type: "text/csv" }));
    field.dispatchEvent(new DragEvent("drop", { dataTransfer: files, bubbles: true, cancelable: true }));
  }, table);
  await expect(dialog(page).getByRole("textbox", { name: "tasks.csv" })).toHaveValue(table);
  await expect(rows(page)).toHaveText(["Build", "Testwaits for Build"]);
  await expectAccessible(page);
});

test("cards that were exported are read again, and so are several task files", async ({ page, product }) => {
  const project = await newProject(product, "Export");
  const { body: first } = await product.api<{ id: string }>("POST", `/projects/${project.id}/tasks`, {
    ...{ title: "First", spec: { command: "ls", args: ["-l"] }, tags: ["a"] },
  });
  await product.api("POST", `/projects/${project.id}/tasks`, { title: "Second", dependsOn: [first.id] });
  await page.goto(`/p/${project.key}/settings`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export cards as JSON" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`${project.key}-cards.json`);
  const copy = await newProject(product, "Copy of it");
  await page.goto(`/p/${copy.key}`);
  await page.keyboard.press("Shift+C");
  const chooser = dialog(page).getByLabel("Files with tasks");
  await chooser.setInputFiles(await download.path());
  await expect(rows(page)).toHaveText(["Firsta", "Secondno command: a draftwaits for First"]);
  await dialog(page).getByRole("button", { name: "Create approved" }).click();
  await expect(dialog(page)).toBeHidden();
  const { body } = await product.api<{ items: (Card & { spec: object })[] }>("GET", `/projects/${copy.id}/tasks`);
  expect(body.items.find(({ title }) => title === "First")).toMatchObject({ spec: { command: "ls", args: ["-l"] } });

  await page.keyboard.press("Shift+C");
  const file = (name: string, text: string) => ({ name, mimeType: "text/markdown", buffer: Buffer.from(text) });
  await chooser.setInputFiles([
    file("b.task.md", "---\ntitle: After\ndependsOn: [a]\ntype: codex\n---\n## Instruction\nSay it.\n"),
    file("a.task.md", "---\ntitle: Before\nstatus: to do\n---\n"),
  ]);
  await expect(rows(page)).toHaveText(["Beforeno command: a draft", "Aftercodexwaits for Before"]);
});

test("an export as Markdown is a folder of task files, and reading them again makes the same cards", async ({
  page,
  product,
}) => {
  const project = await newProject(product, "Folder");
  const { body: first } = await product.api<{ id: string }>("POST", `/projects/${project.id}/tasks`, {
    ...{ title: "Straße: first", spec: { command: "sh", args: ["-c", "ls -l"] }, tags: ["a"], priority: 3 },
    description: "# Why\n\nSo.",
  });
  const second = { title: "Second", type: "claude-code", spec: { prompt: "Say it." }, dependsOn: [first.id] };
  await product.api("POST", `/projects/${project.id}/tasks`, second);
  await page.goto(`/p/${project.key}/settings`);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Export cards as Markdown" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe(`${project.key}-cards.zip`);
  const files = Object.entries(unzipSync(readFileSync(await download.path())));
  expect(files.map(([name]) => name)).toEqual(["straße-first.task.md", "second.task.md"]);

  const copy = await newProject(product, "Copy of folder");
  await page.goto(`/p/${copy.key}`);
  await page.keyboard.press("Shift+C");
  await dialog(page)
    .getByLabel("Files with tasks")
    .setInputFiles(files.map(([name, bytes]) => ({ name, mimeType: "text/markdown", buffer: Buffer.from(bytes) })));
  await expect(rows(page)).toHaveText(["Secondclaude-codewaits for Straße: first", "Straße: firsthigha"]);
  await dialog(page).getByRole("button", { name: "Create as drafts" }).click();
  await expect(dialog(page)).toBeHidden();
  const cardsOf = async ({ id }: { id: string }) => {
    const { body } = await product.api<{ items: Record<string, unknown>[] }>("GET", `/projects/${id}/tasks`);
    return body.items
      .map(({ title, description, type, spec, priority, tags, dependsOn }) => ({
        ...{ title, description, type, spec, priority, tags, waits: (dependsOn as string[]).length },
      }))
      .toSorted((a, b) => String(a.title).localeCompare(String(b.title)));
  };
  expect(await cardsOf(copy)).toEqual(await cardsOf(project));
});

test("what is dictated is written where the caret is, and what the browser cannot is said", async ({
  page,
  product,
}) => {
  // The browser's own recognition is a service of its maker's, and no part of what is tested.
  await page.addInitScript(() => {
    class Recognition {
      onresult: ((event: unknown) => void) | null = null;
      onerror: ((event: unknown) => void) | null = null;
      onend: (() => void) | null = null;
      start() {
        const heard = Object.assign([{ transcript: " sweep the floor " }], { isFinal: true });
        setTimeout(() => this.onresult?.({ resultIndex: 0, results: [heard] }), 50);
      }
      stop() {
        this.onerror?.({ error: "network" });
        this.onend?.();
      }
      abort() {}
    }
    Object.assign(window, { SpeechRecognition: Recognition });
  });
  const project = await newProject(product, "Dictation");
  await page.goto(`/p/${project.key}`);
  await page.getByRole("button", { name: "Chat" }).click();
  const message = page.getByRole("textbox", { name: "Message" });
  await message.fill("/task");
  await page.getByRole("button", { name: "Dictate" }).click();
  await expect(message).toHaveValue("/task sweep the floor");
  await page.getByRole("button", { name: "Stop dictating" }).click();
  await expect(page.getByText("The browser's dictation could not be reached.")).toBeVisible();
  await expect(page.getByRole("button", { name: "Dictate" })).toBeVisible();
});
