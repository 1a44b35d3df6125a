import { existsSync } from "node:fs";
import { defineConfig } from "@playwright/test";

/** The distribution's browser: nothing is downloaded. */
const browsers = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/opt/google/chrome/chrome",
];
const executablePath = browsers.find((path) => existsSync(path));
const isRoot = process.getuid?.() === 0;

export default defineConfig({
  testDir: "e2e",
  timeout: 90_000,
  expect: { timeout: 15_000 },
  // Much of a journey is waiting. Each worker has a product of its own; a file stays with one worker.
  workers: 2,
  fullyParallel: false,
  // As in vitest.config.ts.
  retries: process.env.CI ? 1 : 0,
  reporter: process.env.PLAYWRIGHT_JSON_OUTPUT_NAME ? [["list"], ["json"]] : [["list"]],
  outputDir: "test-results",
  use: {
    ...(executablePath ? {} : { channel: "chrome" }),
    locale: "en-GB",
    timezoneId: "UTC",
    // A spinner drawn without a GPU takes a good part of a core; journey.spec.ts and keyboard.spec.ts see what moves.
    contextOptions: { reducedMotion: "reduce" },
    // Recording each step as pictures takes a third of a journey's time: only where one failed already. By hand: --trace on.
    trace: "on-first-retry",
    screenshot: "only-on-failure",
    launchOptions: {
      ...(executablePath ? { executablePath } : {}),
      args: [
        ...(isRoot ? ["--no-sandbox"] : []),
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
      ],
    },
  },
});
