import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

// Every file of tests has a Runboard home of its own. This runs before the file's imports, so env reads it. Its name does not begin as
// those of test servers do (server/database/test-server.ts): a run that starts meanwhile would take it for one that was left behind.
const directory = mkdtempSync(join(tmpdir(), "runboard-own-home-"));
process.env.RUNBOARD_HOME = directory;
afterAll(() => rmSync(directory, { recursive: true, force: true }));
