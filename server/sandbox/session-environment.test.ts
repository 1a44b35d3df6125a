import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { eventually } from "./eventually.ts";
import type { SandboxPlan } from "./port.ts";
import { createProcessSandbox } from "./process-sandbox.ts";
import { createSessionDirectory, sessionPaths } from "./session-directory.ts";
import { inSessionEnvironment, outerEnvironment, sessionEnvironment } from "./session-environment.ts";
import { startSpawner } from "./spawner/spawner.ts";

const root = mkdtempSync(join(tmpdir(), "runboard-session-environment-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const environment = {
  ...{ PATH: "tools:/usr/bin:/bin", HOME: "/nowhere", SHELL: "tools/sh", NODE_OPTIONS: "--require ./planted.cjs" },
  // What a shell holds for its own, and what it would split or fill in.
  ...{ UID: "5", OPTIND: "none", _: "mine", TEXT: "a 'b' \"c\" $HOME `id` \\\n*\n", EMPTY: "" },
};
const parts = { sessionId: "session", directory: join(root, "session"), path: "/usr/bin::./bin:/bin", environment };

test("beside the confinement no variable of a task has its own name, and no entry of PATH leads into the clone", () => {
  const outer = outerEnvironment({ ...parts, runboardEnvironment: { RUNBOARD_URL: "http://127.0.0.1" } });
  expect(outer).toMatchObject({
    ...{ PATH: "/usr/bin:/bin", HOME: sessionPaths(parts.directory).home, RUNBOARD_SESSION: "session" },
    RUNBOARD_URL: "http://127.0.0.1",
  });
  for (const name of Object.keys(environment)) expect(["PATH", "HOME"].includes(name) || !(name in outer)).toBe(true);
});

/** What a command sees that was started as a wrapper starts it. */
function seenBy(command: string[], given: Record<string, string>) {
  const [program = "", ...args] = inSessionEnvironment(command, Object.keys(given));
  const env = outerEnvironment({ ...parts, environment: given }) as unknown as NodeJS.ProcessEnv;
  const { stdout } = spawnSync(program, args, { env, encoding: "utf8" });
  const entries = stdout.split("\0").filter(Boolean);
  return {
    args,
    seen: Object.fromEntries(entries.map((entry) => [entry.split("=")[0], entry.replace(/^[^=]*=/, "")])),
  };
}

test("the command has the task's variables as they were given, and none of ours that carried them", () => {
  const { seen, args } = seenBy(["/usr/bin/env", "-0"], environment);
  const { _: __, ...expected } = sessionEnvironment(parts);
  expect(seen).toMatchObject(expected);
  expect(Object.keys(seen).filter((name) => name.startsWith("RUNBOARD_"))).toEqual(["RUNBOARD_SESSION"]);
  expect(args.join(" ")).not.toContain("planted.cjs");
});

test("a command is no variable, whatever its path", () => {
  const file = join(root, "A=b");
  writeFileSync(file, '#!/bin/sh\nexec /usr/bin/env "$@"\n', { mode: 0o755 });
  expect(seenBy([file, "-0"], { TEXT: environment.TEXT }).seen).toMatchObject({ TEXT: environment.TEXT });
});

test("neither a driver nor the wrapper is given what a task says, and its command is", async () => {
  const spawner = await startSpawner();
  const sandbox = createProcessSandbox(spawner, { path: "/usr/local/bin:/usr/bin:/bin" });
  const directory = join(root, "driven");
  const { work } = createSessionDirectory(directory);
  mkdirSync(join(work, "tools"));
  writeFileSync(join(work, "tools", "date"), "#!/bin/sh\necho planted\n", { mode: 0o755 });
  // A driver that calls a program by its name alone.
  const driver = { command: "/bin/sh", args: ["-c", 'echo "outside $(date +%Y) $SHELL"; shift; "$@"', "driver"] };
  const plan: SandboxPlan = {
    ...{ sessionId: "driven", directory, workingDirectory: null },
    ...{ command: "sh", args: ["-c", 'echo "inside $(date +%Y) $SHELL"; while [ ! -e end ]; do sleep 0.02; done'] },
    environment: { PATH: "tools:/usr/bin:/bin", SHELL: "/planted/shell" },
    driver: { ...driver, environment: {} },
  };
  const { identity } = await sandbox.launch(plan);
  const output = () => readFileSync(sessionPaths(directory).output, "utf8");
  await eventually(() => output().includes("inside"));
  expect(output()).toBe(`outside ${new Date().getFullYear()} \ninside planted /planted/shell\n`);
  const ofWrapper = readFileSync(`/proc/${identity.pid}/environ`, "utf8").split("\0");
  expect(ofWrapper.filter((entry) => /^(PATH|SHELL)=/.test(entry))).toEqual(["PATH=/usr/local/bin:/usr/bin:/bin"]);
  writeFileSync(join(work, "end"), "");
  await eventually(async () => (await sandbox.look(directory, identity)).kind === "exited");
  await spawner.close();
});
