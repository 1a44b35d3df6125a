import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { isAlive } from "../../process-identity.ts";
import { eventually } from "../eventually.ts";
import { createProcessSandbox } from "../process-sandbox.ts";
import { createSessionDirectory, sessionPaths } from "../session-directory.ts";
import { type Spawner, startSpawner } from "./spawner.ts";
import { asSubreaper, findSubreaper } from "./subreaper.ts";

const path = "/usr/local/bin:/usr/bin:/bin";
const probing = await startSpawner();
const perl = await findSubreaper(probing, path);
await probing.close();

let spawner: Spawner;
let root: string;
beforeAll(async () => {
  spawner = await startSpawner();
  root = mkdtempSync(join(tmpdir(), "runboard-subreaper-"));
});
afterAll(async () => {
  await spawner.close();
  rmSync(root, { recursive: true, force: true });
});

test("without perl on the path there is none", async () => {
  expect(await findSubreaper(spawner, "/nowhere")).toBeNull();
  const silent = join(root, "perl");
  writeFileSync(silent, "#!/bin/sh\nexit 1\n", { mode: 0o755 });
  expect(await findSubreaper(spawner, root)).toBeNull();
});

test("what perl itself would obey travels past it under another name", () => {
  const { environment } = asSubreaper("/usr/bin/perl", ["/bin/sh"], { PERL5OPT: "-Mx", PATH: "/bin", HOME: "/" });
  expect(environment).toEqual({ RUNBOARD_WRAPPER_PERL5OPT: "-Mx", PATH: "/bin", HOME: "/" });
});

test.skipIf(perl === null)(
  "the wrapper reaps while the last descendant lives, and ends by itself after it",
  async () => {
    const sandbox = createProcessSandbox(spawner, { path, only: "subreaper" });
    const directory = join(root, "session");
    const { work } = createSessionDirectory(directory);
    // A daemon that keeps leaving orphans behind until it is told to end.
    const daemon = "until [ -e end ]; do (sh -c 'echo x >> orphans' &); sleep 0.02; done";
    writeFileSync(join(work, "daemon"), `#!/bin/sh\n${daemon}\n`, { mode: 0o755 });
    const args = ["-c", "(setsid ./daemon > /dev/null 2>&1 &); exit 4"];
    const plan = { command: "sh", args, workingDirectory: null, environment: {} };
    const { identity } = await sandbox.launch({ ...plan, sessionId: "session", directory });
    await eventually(async () => (await sandbox.look(directory, identity)).kind === "exited");
    await eventually(() => readFileSync(join(work, "orphans"), "utf8").length > 40);
    expect(isAlive(identity)).toBe(true);
    await eventually(() => zombiesOf(identity.pid) === 0);
    writeFileSync(join(work, "end"), "");
    await eventually(() => !isAlive(identity));
    expect(readFileSync(sessionPaths(directory).exit, "utf8")).toBe("4\n");
    expect(await sandbox.terminate("session", directory, identity, 0)).toEqual([]);
  },
);

function zombiesOf(parent: number): number {
  return readdirSync("/proc").filter((pid) => {
    try {
      return new RegExp(`\\) Z ${parent} `).test(readFileSync(`/proc/${pid}/stat`, "latin1"));
    } catch {
      return false;
    }
  }).length;
}
