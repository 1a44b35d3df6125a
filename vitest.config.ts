import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@/": fileURLToPath(new URL("./", import.meta.url)) } },
  oxc: { jsx: { runtime: "automatic" } },
  test: {
    include: ["{lib,server,client,components,app,scripts,judge,bench}/**/*.test.{ts,tsx}"],
    globalSetup: ["server/database/test-server.ts"],
    setupFiles: ["lib/testing/own-home.ts"],
    // Many tests break things on purpose; RUNBOARD_LOG_LEVEL=debug shows what was said meanwhile.
    // Sessions of most tests leave their traces outside of the clone; tests of confinement ask for it.
    env: {
      NODE_ENV: "test",
      RUNBOARD_LOG_LEVEL: process.env.RUNBOARD_LOG_LEVEL ?? "silent",
      RUNBOARD_SANDBOX: process.env.RUNBOARD_SANDBOX ?? "process",
    },
    pool: "forks",
    maxWorkers: 3,
    testTimeout: 20_000,
    hookTimeout: 30_000,
    // Real processes on a machine that others load too: in CI a test may have a second try, and the report says that it had.
    retry: process.env.CI ? 1 : 0,
  },
});
