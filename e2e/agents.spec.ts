import { expect, type Page } from "@playwright/test";
import { expectAccessibleInBothThemes } from "./axe.ts";
import { signIn, test } from "./fixtures.ts";
import { type PlantedAgents, plantAgents, tool } from "./planted-agents.ts";

let agents: PlantedAgents;
const logs = (key: string) => `/p/AGENTS/t/${key}?tab=logs`;

test.beforeAll(async ({ product }) => {
  agents = await plantAgents(product);
});
test.afterAll(() => agents.close());

const transcript = (page: Page) => page.getByRole("log", { name: /^Transcript of/ });

test("a transcript is read, unfolded, searched and walked by keyboard, and follows what comes", async ({ page }) => {
  await page.goto(logs(agents.running));
  const log = transcript(page);
  await expect(log.getByText("The model was slow to answer")).toBeVisible();
  // What failed is open by itself; its colours survive, its control sequences do not.
  await expect(log.getByText("✗ sends again after a failure")).toHaveClass(/ansi-1/);
  await expect(log.getByText("Use growing waits, not fixed ones.")).toBeVisible();

  const edit = log.getByRole("button", { name: /Edit src\/webhooks\/send\.ts/ });
  await edit.focus();
  await page.keyboard.press("Enter");
  await expect(edit).toHaveAttribute("aria-expanded", "true");
  await expect(log.getByRole("region", { name: "Lines of src/webhooks/send.ts" })).toContainText(
    "+  for (const waitMs",
  );
  await page.keyboard.press("Enter");
  await expect(edit).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("Home");
  await expect(log.locator(":focus")).toContainText("claude-code 2.1.4 · claude-opus-4");
  await page.keyboard.press("ArrowDown");
  await expect(log.getByRole("button", { name: /^The agent was told/ })).toBeFocused();
  await page.keyboard.press("e");
  await expect(log.getByRole("button", { name: /^Failed: Bash npm test/ })).toBeFocused();

  await page.keyboard.press("Control+f");
  await page.keyboard.type("thinks that nobody says");
  await expect(page.getByRole("toolbar", { name: "Transcript" })).toContainText("Nothing");
  await page.getByRole("searchbox", { name: "Search the transcript" }).fill("who calls it");
  await expect(page.getByRole("toolbar", { name: "Transcript" })).toContainText("1 row");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("toolbar", { name: "Transcript" })).toContainText("1 of 1");
  await page.keyboard.press("Escape");

  await page.getByRole("button", { name: /Jump to end/ }).click();
  await agents.say(...tool(40, "t9", { name: "Bash", title: "git status", input: "git status", output: "clean" }));
  await expect(log.getByRole("button", { name: /^Done: Bash git status/ })).toBeInViewport();

  await page.getByRole("button", { name: "Raw log" }).click();
  await expect(page.getByRole("log", { name: /^Raw log of/ })).toContainText('"kind":"toolEnded"');
  await expect(page).toHaveURL(/view=raw/);
});

test("what a person says is kept with its receipt; what is refused becomes feedback; an ended session is continued", async ({
  page,
  product,
}) => {
  await page.goto(logs(agents.running));
  const field = page.getByRole("textbox", { name: "Say something to the agent" });
  await field.fill("Do not touch the tests.");
  await page.reload();
  await expect(field).toHaveValue("Do not touch the tests.");
  await field.press("Control+Enter");
  const said = page.getByRole("list", { name: "Said to this session" }).getByRole("listitem");
  const mine = said.filter({ hasText: "Do not touch the tests." });
  await expect(mine).toContainText("Waits for the agent's next turn");
  await expect(field).toHaveValue("");
  const [{ id }] = (await agents.query(`SELECT id FROM "SessionPrompt" WHERE text = 'Do not touch the tests.'`)) as [
    { id: string },
  ];
  await agents.refuse(id, "The agent takes no prompts while it works.");
  await expect(mine).toContainText("The agent takes no prompts while it works.");
  await mine.getByRole("button", { name: "Use as feedback" }).click();

  await page.goto(logs(agents.reviewed));
  await expect(transcript(page)).toContainText("3 turns · tokens: 40k in, 2.2k out, 0 from cache · $1.10");
  const feedback = page.getByRole("textbox", { name: "Continue with feedback" });
  await feedback.fill("Say how the body is signed.");
  await feedback.press("Control+Enter");
  await expect
    .poll(async () => (await product.api<{ feedback: string }>("GET", `/tasks/${agents.reviewed}`)).body.feedback)
    .toBe("Say how the body is signed.");
  await product.api("POST", `/tasks/${agents.reviewed}/cancel`, {});
});

test("a question is on the card, in the panel and in the inbox of every open browser, and is answered once", async ({
  page,
  browser,
  product,
}) => {
  const other = await browser.newContext({ baseURL: product.url });
  await other.addCookies([await signIn(product)]);
  const board = await other.newPage();
  await board.goto("/p/AGENTS");
  await page.goto(logs(agents.running));
  const questionId = await agents.ask("Bash", "git push --force origin main");
  const card = board.getByRole("listitem").filter({ hasText: "Add retry to the webhook sender" });
  await expect(card).toContainText("Needs you");
  await expect(board).toHaveTitle(/^\(\d+\) /);
  const question = page.getByRole("region", { name: `Question of ${agents.running}: Bash` });
  await expect(question).toContainText("git push --force origin main");
  await expect(question).toContainText("then it is denied");

  // By keyboard alone: to the inbox, to the first item, deny with a reason.
  await board.locator("body").press("g");
  await board.keyboard.press("i");
  await expect(board).toHaveURL(/\/inbox$/);
  await expect(board.getByRole("heading", { name: "Agents ask" })).toBeVisible();
  await board.getByRole("link", { name: new RegExp(`^${agents.running}`) }).focus();
  await board.keyboard.press("d");
  await board.keyboard.type("Never force a push.");
  await board.keyboard.press("Enter");
  await expect(board.getByRole("heading", { name: "Agents ask" })).toBeHidden();
  await expect(question).toBeHidden();
  const { body } = await product.api<{ items: { id: string; decision: string; message: string }[] }>(
    "GET",
    `/questions?projectId=AGENTS&status=all`,
  );
  expect(body.items.find(({ id }) => id === questionId)).toMatchObject({
    decision: "deny",
    message: "Never force a push.",
  });
  await board.goto("/p/AGENTS");
  await expect(card).not.toContainText("Needs you");
  await expect(card).toContainText("Edits src/webhooks/send.ts");
  await other.close();
});

test("cost is shown where it is known, said to be unknown where it is not, and a spent budget is told", async ({
  page,
  product,
}) => {
  await page.goto(`/p/AGENTS/t/${agents.running}?tab=sessions`);
  await expect(page.getByText("12.3k in, 840 out, 51.2k from cache")).toBeVisible();
  await expect(page.getByRole("link", { name: /agent slots are taken; \$[\d.]+ today/ })).toBeVisible();
  await page.goto(`/p/AGENTS/t/${agents.failed}?tab=sessions`);
  await expect(page.getByText("cost unknown")).toBeVisible();
  await expect(page.getByText("- (not reported by this agent)")).toHaveCount(2);
  await agents.query(
    `UPDATE "Project" SET "budgetHeldUntil" = now() + interval '3 hours', settings = settings || '{"dailyBudgetUsd": 1}' WHERE id = $1`,
    [agents.projectId],
  );
  await page.goto("/p/AGENTS");
  await expect(page.getByText(/Daily budget reached: \$1\.00/)).toBeVisible();
  await page.getByRole("link", { name: "Raise limit" }).click();
  await expect(page.getByRole("heading", { name: "Budget and usage" })).toBeInViewport();
  await expect(page.getByRole("region", { name: "Usage by day" })).toContainText("unknown");
  await agents.query(`UPDATE "Project" SET "budgetHeldUntil" = NULL WHERE id = $1`, [agents.projectId]);
  await product.api("PATCH", `/projects/${agents.projectId}`, { settings: { dailyBudgetUsd: null } });
});

test("what an agent is given is set for the project and the task, and the preview says what it will be told", async ({
  page,
}) => {
  await page.goto("/p/AGENTS/settings#agents");
  await page.getByRole("textbox", { name: "Instructions" }).fill("Write in British English.");
  await page.getByRole("textbox", { name: "MCP servers" }).fill("docs: none");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByText(/Not a JSON object, such as/).first()).toBeVisible();
  await page.getByRole("textbox", { name: "MCP servers" }).fill('{ "docs": { "url": "http://localhost:9/mcp" } }');
  await page.getByRole("textbox", { name: "Allowed hosts" }).fill("registry.npmjs.org\n*.example.org");
  await page.getByRole("button", { name: "Save changes" }).click();
  await expect(page.getByRole("button", { name: "Save changes" })).toBeHidden();
  await expect(page.getByText("codex-acp is not on PATH.")).toBeVisible();
  await expect(page.getByText("not isolated", { exact: true }).first()).toBeVisible();

  await page.goto(`/p/AGENTS/t/${agents.failed}?tab=overview`);
  await page.getByRole("button", { name: "Preview the prompt" }).click();
  await expect(page.getByText("Write in British English.")).toBeVisible();
  await page.getByRole("button", { name: "Edit what it runs" }).click();
  await page.getByRole("textbox", { name: "Additional flags" }).fill("--max-turns\n20");
  await page.getByRole("button", { name: "Save", exact: true }).click();
  await expect(page.getByText("--max-turns 20")).toBeVisible();
});

test("200,000 events are a list of which only what is on screen exists", async ({ page }) => {
  test.setTimeout(180_000);
  const at = "2026-11-28T09:00:00.000Z";
  for (let page = 0; page < 40; page++)
    await agents.say(
      ...Array.from({ length: 5000 }, (_, index) =>
        index % 500 === 0
          ? ({ kind: "notice", at, level: "error", text: `broke ${page}.${index}` } as const)
          : ({ kind: "text", at, role: "thinking", text: `step ${page}.${index}` } as const),
      ),
    );
  await page.goto(logs(agents.running));
  const log = transcript(page);
  await expect(log.getByText("step 39.4999")).toBeVisible({ timeout: 120_000 });
  await expect(page.getByRole("button", { name: /^40[01] errors/ })).toBeVisible();
  const rows = log.getByRole("listitem");
  expect(await rows.count()).toBeLessThan(100);
  await page.getByRole("searchbox", { name: "Search the transcript" }).fill("step 20.123");
  await expect(page.getByRole("toolbar", { name: "Transcript" })).toContainText("11 rows");
  await page.keyboard.press("Enter");
  await expect(log.getByText("step 20.123", { exact: true }).first()).toBeVisible();
  expect(await rows.count()).toBeLessThan(100);
});

const screens: { name: string; path: () => string; act?: (page: Page) => Promise<void> }[] = [
  { name: "board", path: () => "/p/AGENTS" },
  {
    name: "transcript",
    path: () => logs(agents.running),
    act: async (page) => {
      const log = transcript(page);
      await log.focus();
      // The last one: the first that is there may lie above what is seen, and what comes draws the end back into view.
      await log
        .getByRole("button", { name: /^Waits|Bash|Thinking/ })
        .last()
        .click();
      await page.getByRole("searchbox", { name: "Search the transcript" }).fill("step");
    },
  },
  {
    name: "transcript of a session that is done",
    path: () => logs(agents.reviewed),
    act: (page) => page.getByRole("button", { name: /^Done: Write/ }).click(),
  },
  { name: "transcript of a session that failed", path: () => logs(agents.failed) },
  { name: "inbox", path: () => "/p/AGENTS/inbox" },
  {
    name: "inbox, about to deny",
    path: () => "/p/AGENTS/inbox",
    act: async (page) => {
      await page.getByRole("button", { name: "Deny" }).click();
      await expect(page.getByRole("textbox", { name: "Reason" })).toBeFocused();
    },
  },
  { name: "sessions", path: () => `/p/AGENTS/t/${agents.failed}?tab=sessions` },
  {
    name: "prompt preview",
    path: () => `/p/AGENTS/t/${agents.failed}?tab=overview`,
    act: async (page) => {
      await page.getByRole("button", { name: "Preview the prompt" }).click();
      await expect(page.getByText("The agent is told exactly this:")).toBeVisible();
    },
  },
  {
    name: "an agent's form",
    path: () => `/p/AGENTS/t/${agents.failed}?tab=overview`,
    act: (page) => page.getByRole("button", { name: "Edit what it runs" }).click(),
  },
  { name: "settings", path: () => "/p/AGENTS/settings#budget" },
];

for (const width of [1440, 320]) {
  test(`axe finds nothing where agents are at work, light and dark, ${width} px, and no page scrolls sideways`, async ({
    page,
  }) => {
    test.setTimeout(300_000);
    await page.setViewportSize({ width, height: 800 });
    await agents.ask("Bash", "git push");
    for (const { name, path, act } of screens) {
      await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
      await page.goto(path());
      await page.waitForLoadState("networkidle");
      await act?.(page);
      await expectAccessibleInBothThemes(page, { name });
    }
    await agents.query(`DELETE FROM "Question" WHERE "answeredAt" IS NULL`);
  });
}
