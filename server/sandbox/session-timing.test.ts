import { mkdtempSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createGitTestbed } from "../git-testbed.ts";
import { eventually } from "./eventually.ts";
import { createProcessSandbox } from "./process-sandbox.ts";
import { createSessionDirectory } from "./session-directory.ts";
import { startSpawner } from "./spawner/spawner.ts";
import { collect } from "./working-copy/collect-work.ts";
import { publish } from "./working-copy/publish-work.ts";
import { prepare } from "./working-copy/working-copy.ts";

const ROUNDS = 25;
const author = { name: "Runboard", email: "runboard@localhost" };

/** Prints medians; asserts only that the whole way works. */
test("a whole session, timed", async () => {
  const bed = createGitTestbed("timing");
  const files = Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`d${n % 10}/f${n}.txt`, `${n}\n`]));
  const gitDir = join(bed.repository(files), ".git");
  const spawner = await startSpawner();
  const sandbox = createProcessSandbox(spawner, { path: "/usr/local/bin:/usr/bin:/bin" });
  const ended = new Map<string, () => void>();
  sandbox.onExit((sessionId) => ended.get(sessionId)?.());
  const times = new Map<string, number[]>();
  async function timed<T>(name: string, step: () => Promise<T>): Promise<T> {
    const startedAtMs = performance.now();
    const value = await step();
    times.set(name, [...(times.get(name) ?? []), performance.now() - startedAtMs]);
    return value;
  }

  async function round(n: number, args: string[]): Promise<string | null> {
    const directory = mkdtempSync(join(bed.root, "s-"));
    const sessionId = directory.slice(bed.root.length + 1);
    const branch = `runboard/T-${n}/${args[0]}`;
    const { work } = await createSessionDirectory(directory);
    const kind = args[0] === "true" ? "no-op" : "change";
    const request = { gitDir, baseBranch: "main", mergeCommits: [], branch, directory: work };
    const { startCommit } = await timed("prepare", () => prepare(spawner, request));
    const exit = new Promise<void>((resolve) => ended.set(sessionId, resolve));
    const [command = "", ...rest] = args;
    const plan = { sessionId, directory, command, args: rest, workingDirectory: null, environment: {} };
    await timed(`launch (${kind})`, () => sandbox.launch(plan));
    await timed(`launched → exit heard (${kind})`, () => exit);
    expect(await timed("look", () => sandbox.look(directory, null))).toEqual({ kind: "exited", exitCode: 0 });
    await timed("terminate (nothing left)", () => sandbox.terminate(sessionId, directory, null, 1_000));
    const collecting = { directory: work, gitDir, branch, startCommit, message: "m", author };
    const { commit } = await timed(`collect (${kind})`, () => collect(spawner, collecting));
    const publishing = { gitDir, directory: work, branch, commit: commit ?? "", expected: null };
    if (commit) await timed("publish (change)", () => publish(spawner, publishing));
    await timed("remove", () => sandbox.remove(directory));
    return commit;
  }

  for (let n = 0; n < ROUNDS; n++) {
    expect(await round(n, ["true"])).toBeNull();
    expect(await round(n, ["sh", "-c", `echo ${n} > new`])).not.toBeNull();
  }
  await timed("git version (one process)", () =>
    eventually(
      async () =>
        (await spawner.run({ command: "git", args: ["version"], env: { PATH: "/usr/bin" }, timeoutMs: 5_000 })).stdout,
    ),
  );
  for (const [name, all] of times) {
    const sorted = all.toSorted((a, b) => a - b);
    console.info(
      `${name.padEnd(36)} p50 ${sorted[Math.floor(all.length / 2)]?.toFixed(2)} ms, max ${sorted.at(-1)?.toFixed(2)} ms`,
    );
  }
  await spawner.close();
  bed.remove();
}, 60_000);
