import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expectAccessible } from "./axe.ts";
import { expect, test } from "./fixtures.ts";
import { eventually, type Product } from "./product.ts";
import { freshRepository } from "./repository.ts";

interface Card {
  id: string;
  key: string;
  version: number;
  title: string;
  status: string;
}

async function newProject(product: Product, name: string) {
  const repoPath = freshRepository();
  const { body } = await product.api<{ id: string; key: string }>("POST", "/projects", { name, repoPath });
  const path = (file: string) => join(repoPath, ".runboard", "tasks", file);
  return {
    ...body,
    read: (file: string) => readFileSync(path(file), "utf8"),
    write: (file: string, text: string) => writeFileSync(path(file), text),
    has: (file: string) => existsSync(path(file)),
  };
}

test("cards become files when the setting is on, and each changes the other", async ({ page, product }) => {
  const project = await newProject(product, "Files");
  const { body: card } = await product.api<Card>("POST", `/projects/${project.id}/tasks`, {
    title: "Sweep the floor",
    spec: { command: "true" },
  });
  await page.goto(`/p/${project.key}/settings`);
  await page.getByRole("combobox", { name: "Task files" }).click();
  await page.getByRole("option", { name: /On, both ways/ }).click();
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByText(/Task files were last looked at/)).toBeVisible({ timeout: 20_000 });
  await expectAccessible(page);
  await eventually(async () => project.has("sweep-the-floor.task.md"));

  await page.goto(`/p/${project.key}/t/${card.key}`);
  const file = page.getByRole("region", { name: "Task file" });
  await expect(file.getByText(".runboard/tasks/sweep-the-floor.task.md")).toBeVisible();
  project.write(
    "sweep-the-floor.task.md",
    project.read("sweep-the-floor.task.md").replace("title: Sweep the floor", "title: Sweep it twice\nmood: good"),
  );
  await expect(page.getByRole("heading", { name: "Sweep it twice" })).toBeVisible();
  project.write("new.task.md", "# Water the plants\n\nAll of them.\n");
  await eventually(async () => project.read("new.task.md").includes(`key: ${project.key}-2`));

  const { body: now } = await product.api<Card>("GET", `/tasks/${card.key}`);
  await product.api("PATCH", `/tasks/${card.key}`, { version: now.version, priority: 4, title: "Sweep it thrice" });
  await eventually(async () =>
    /title: Sweep it thrice\nmood: good\n.*priority: highest/s.test(project.read("sweep-the-floor.task.md")),
  );
  await page.getByRole("tab", { name: "Activity" }).click();
  await expect(page.getByText("Task file sweep-the-floor.task.md changed the title.")).toBeVisible();
});

test("a conflict is told wherever one is, shows both sides, and is chosen by keyboard", async ({ page, product }) => {
  const project = await newProject(product, "Conflict");
  const { body: card } = await product.api<Card>("POST", `/projects/${project.id}/tasks`, {
    title: "One",
    spec: { command: "true" },
  });
  await product.api("PATCH", `/projects/${project.id}`, { settings: { taskFiles: "on" } });
  await eventually(async () => project.has("one.task.md"));
  await page.goto(`/p/${project.key}`);
  await expect(page.getByRole("link", { name: /One/ }).first()).toBeVisible();
  const disagree = async (file: string, onCard: string) => {
    // Both within the time between two looks, or close to it: what was taken already is asked for again.
    await eventually(async () => {
      const { body: now } = await product.api<Card>("GET", `/tasks/${card.key}`);
      project.write("one.task.md", project.read("one.task.md").replace(/title: .*/, `title: ${file} ${now.version}`));
      await product.api("PATCH", `/tasks/${card.key}`, { version: now.version, title: `${onCard} ${now.version}` });
      for (let n = 0; n < 40; n++) {
        const { body } = await product.api<{ file: { conflicts: object[] } }>("GET", `/tasks/${card.key}/file`);
        if (body.file.conflicts.length > 0) return true;
        await new Promise((wait) => setTimeout(wait, 100));
      }
      return false;
    });
  };
  await disagree("File", "Card");
  await page.getByRole("button", { name: "Open" }).first().click();
  const group = page.getByRole("group", { name: /title/i });
  await expect(group).toContainText(/The card saysCard \d+The file saysFile \d+/);
  await expectAccessible(page);
  await group.getByRole("button", { name: "Keep the card's" }).focus();
  await page.keyboard.press("Tab");
  await expect(group.getByRole("button", { name: "Take the file's" })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(group).toBeHidden();
  await expect(page.getByRole("heading", { name: /^File \d+$/ })).toBeVisible();

  await disagree("Again", "Kept");
  await group.getByRole("button", { name: "Keep the card's" }).click();
  await expect(group).toBeHidden();
  await eventually(async () => /title: Kept \d+\n/.test(project.read("one.task.md")));
});
