import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";

// Every file of tests has a Runboard home of its own. This runs before the file's imports, so env reads it.
const directory = mkdtempSync(join(tmpdir(), "runboard-test-home-"));
process.env.RUNBOARD_HOME = directory;
afterAll(() => rmSync(directory, { recursive: true, force: true }));
