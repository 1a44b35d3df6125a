import { execFile, execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { env } from "@/lib/env.ts";
import { call, newProject, newTask, newWorker, provideTestDatabase } from "@/lib/testing/world.ts";
import { ownerToken } from "../web/testing.ts";
import { catalogue } from "./catalogue.ts";
import { provideCommandLine, type Serving, serve } from "./testing.ts";

provideTestDatabase();
const environment: Record<string, string> = { RUNBOARD_TOKEN: ownerToken };
const cli = provideCommandLine(environment);
let serving: Serving;
beforeAll(async () => {
  Object.assign(env, { RUNBOARD_TOKEN: ownerToken });
  serving = await serve();
  environment.RUNBOARD_URL = serving.url;
});
afterAll(() => serving.stop());

const { version } = JSON.parse(readFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), "utf8"));

describe("the program", () => {
  it("runs through a link, from any directory", () => {
    const link = join(cli.directory, "runboard");
    symlinkSync(cli.bin, link);
    expect(execFileSync(link, ["--version"], { cwd: tmpdir(), encoding: "utf8" })).toBe(`${version}\n`);
  });

  it("is built first where it is missing, which stderr tells, and stdout has the answer alone", () => {
    const bare = mkdtempSync(join(tmpdir(), "runboard-cli-bare-"));
    for (const folder of ["bin", "scripts"]) mkdirSync(join(bare, folder));
    writeFileSync(join(bare, "bin/runboard.mjs"), readFileSync(cli.bin));
    writeFileSync(
      join(bare, "scripts/setup.mjs"),
      `import { mkdirSync, writeFileSync } from "node:fs";
       console.log("Building: " + process.argv.slice(2).join(" "));
       mkdirSync(new URL("../.build", import.meta.url));
       writeFileSync(new URL("../.build/cli.js", import.meta.url), "console.log('answer')");`,
    );
    const { stdout, stderr } = spawnSync(process.execPath, [join(bare, "bin/runboard.mjs")], { encoding: "utf8" });
    expect({ stdout, stderr }).toEqual({ stdout: "answer\n", stderr: "Building: packages client routes server\n" });
    rmSync(bare, { recursive: true });
  });

  it("has a command for every operation it shows, each with its own help", async () => {
    expect(catalogue.length).toBeGreaterThan(40);
    const { code, out } = await cli.run(["--help"]);
    expect(code).toBe(0);
    for (const noun of new Set(catalogue.map((one) => one.noun)))
      expect(out).toMatch(new RegExp(`^  ${noun} +\\S`, "m"));
    for (const word of ["Exit codes:", "Environment:", "Examples:", "doctor", "mcp", "completion"])
      expect(out).toContain(word);
    const ofVerb = await cli.run(["help", "session", "start"]);
    expect(ofVerb).toEqual(await cli.run(["session", "start", "--help"]));
    for (const word of ["--type", "--priority", "--no-queue", "--wait", "--json", "Examples:", "Exit codes:"])
      expect(ofVerb.out).toContain(word);
  });

  it("shows its help on stderr and ends with 2 where a verb is missing", async () => {
    const { code, out, err } = await cli.run(["task"]);
    expect({ code, out }).toEqual({ code: 2, out: "" });
    expect(err).toContain("create-and-start");
  });

  it("is silent when whoever reads has had enough", async () => {
    const { id, key } = await newProject();
    await call("task", "createBatch", {
      projectId: id,
      tasks: Array.from({ length: 150 }, (_, at) => ({ title: `task ${at}`, description: "x".repeat(2_000) })),
    });
    const command = `"${process.execPath}" "${cli.bin}" task list ${key} --all --json | head -c 10; echo " \${PIPESTATUS[0]}"`;
    const ran = await runShell(command);
    expect(ran).toEqual({ out: '{"items":[ 0\n', err: "" });
  });
});

describe("completions in bash", () => {
  const reply = async (...words: string[]) => {
    const script = `
      runboard() { "${process.execPath}" "${cli.bin}" "$@"; }
      source <(runboard completion bash)
      COMP_WORDS=(runboard ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}
      _runboard; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const { out, err } = await runShell(script);
    expect(err).toBe("");
    return out.split("\n").filter(Boolean);
  };

  it("know nouns, verbs, options and words", async () => {
    expect(await reply("ses")).toEqual(["session"]);
    expect(await reply("task", "create-")).toEqual(["create-batch", "create-and-start"]);
    expect(await reply("session", "start", "K-1", "--t")).toEqual(["--task", "--type", "--timeout"]);
    expect(await reply("session", "start", "K-1", "--type", "")).toEqual(["autonomous", "interactive"]);
    expect(await reply("task", "list", "--status", "=", "queued,r")).toEqual(["queued,running", "queued,review"]);
    expect(await reply("completion", "")).toEqual(["bash", "zsh", "fish"]);
  });

  it("know what the server has, and are quiet without one", async () => {
    const { id, key } = await newProject();
    await newTask(id);
    expect(await reply("task", "list", key.slice(0, -1))).toContain(key);
    environment.RUNBOARD_PROJECT = key;
    expect(await reply("task", "get", "")).toEqual([`${key}-1`]);
    environment.RUNBOARD_URL = "http://127.0.0.1:9";
    expect(await reply("task", "get", "")).toEqual([]);
    environment.RUNBOARD_URL = serving.url;
    delete environment.RUNBOARD_PROJECT;
  });

  it("evaluate nothing of what was typed", async () => {
    const trace = join(cli.directory, "trace");
    await reply("task", "create", `$(touch ${trace})`, "--pri");
    expect(spawnSync("ls", [trace]).status).not.toBe(0);
  });
});

describe("where the server is, and what opens it", () => {
  let home: string;
  const own = () => ({ RUNBOARD_HOME: home, RUNBOARD_URL: "", RUNBOARD_TOKEN: "", PORT: "9" });
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "runboard-cli-home-"));
    writeFileSync(join(home, "token"), `${ownerToken}\n`, { mode: 0o600 });
    writeFileSync(join(home, "address"), `${serving.url}\n`, { mode: 0o600 });
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it("is in the home of the running server", async () => {
    await newProject();
    expect(await cli.run(["project", "list"], { environment: own() })).toMatchObject({ code: 0, err: "" });
    rmSync(join(home, "address"));
    const { code, err } = await cli.run(["project", "list"], { environment: own() });
    expect({ code, err }).toEqual({ code: 7, err: expect.stringContaining("http://127.0.0.1:9 does not answer") });
    expect(err).toContain("npm start");
  });

  it("is not read from a link that somebody could have put there", async () => {
    writeFileSync(join(home, "elsewhere"), ownerToken);
    rmSync(join(home, "token"));
    symlinkSync(join(home, "elsewhere"), join(home, "token"));
    const { code, err } = await cli.run(["project", "list"], { environment: own() });
    expect({ code, err }).toEqual({ code: 3, err: expect.stringContaining("symbolic link") });
  });

  it("is said to be missing with what to do, and a wrong setting is named", async () => {
    const missing = await cli.run(["project", "list"], { environment: { ...own(), RUNBOARD_HOME: `${home}/none` } });
    expect(missing).toMatchObject({
      code: 7,
      err: expect.stringContaining("does not exist yet. Start Runboard with npm start"),
    });
    const wrong = await cli.run(["project", "list"], { environment: { ...own(), PORT: "many" } });
    expect(wrong).toMatchObject({ code: 2, err: expect.stringContaining("PORT is not usable") });
  });

  it("is what doctor looks at: it fails without an orchestrator, warns of an open home, and says what to do", async () => {
    chmodSync(home, 0o755);
    const lonely = await cli.run(["doctor", "--json"], { environment: own() });
    expect(lonely.code).toBe(1);
    const { ok, checks } = JSON.parse(lonely.out) as {
      ok: boolean;
      checks: { name: string; status: string; advice: string }[];
    };
    expect(ok).toBe(false);
    const found = Object.fromEntries(checks.map(({ name, status }) => [name, status]));
    expect(found).toMatchObject({
      node: "ok",
      git: "ok",
      home: "warn",
      token: "ok",
      server: "ok",
      access: "ok",
      orchestrator: "fail",
    });
    expect(checks.find(({ name }) => name === "home")?.advice).toBe(`chmod 700 ${home}`);
    await newWorker();
    chmodSync(home, 0o700);
    const well = await cli.run(["doctor"], { environment: own() });
    expect(well.code).toBe(0);
    expect(well.out).toMatch(/^ok +orchestrator +1, 100 slots/m);
    const away = await cli.run(["doctor"], { environment: { ...own(), RUNBOARD_URL: "http://127.0.0.1:9" } });
    expect(away).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^fail +server +http:\/\/127.0.0.1:9 does not answer/m),
    });
  });
});

describe("doctor", () => {
  const checksOf = async (more: Record<string, string>) => {
    const { code, out } = await cli.run(["doctor", "--json"], { environment: { RUNBOARD_URL: "", ...more } });
    const { checks } = JSON.parse(out) as { checks: { name: string; status: string; found: string; advice: string }[] };
    return { code, of: Object.fromEntries(checks.map((check) => [check.name, check])) };
  };
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "runboard-cli-home-"));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it("says all else that it sees where the home does not tell where the server is", async () => {
    symlinkSync("/etc/hostname", join(home, "address"));
    const { code, of } = await checksOf({ RUNBOARD_HOME: home });
    expect(code).toBe(1);
    expect(of.server).toMatchObject({ status: "fail", found: expect.stringContaining("symbolic link") });
    expect(of).toMatchObject({ node: { status: "ok" }, home: { status: "ok" } });
  });

  it("tells what it may not read from what is not there", async () => {
    expect((await checksOf({ RUNBOARD_HOME: `${home}/none` })).of.home?.found).toBe(`${home}/none is not there`);
    symlinkSync("round", join(home, "round"));
    const { of } = await checksOf({ RUNBOARD_HOME: `${home}/round/home` });
    expect(of.home).toMatchObject({ status: "fail", found: `${home}/round/home may not be read (ELOOP)` });
  });

  it.runIf(process.platform === "linux")("knows what goes on without socat", async () => {
    const { of } = await checksOf({ RUNBOARD_HOME: home, PATH: home });
    expect(of.socat).toMatchObject({ status: "warn", advice: expect.stringContaining("start more slowly") });
    expect(of.git?.status).toBe("fail");
  });
});

function runShell(script: string): Promise<{ out: string; err: string }> {
  const env = { PATH: process.env.PATH, HOME: cli.directory, ...environment } as unknown as NodeJS.ProcessEnv;
  return new Promise((resolve) => {
    execFile("bash", ["--norc", "--noprofile", "-c", script], { env }, (_, out, err) => resolve({ out, err }));
  });
}
