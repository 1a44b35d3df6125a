import { type ChildProcess, spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import * as pty from "@lydell/node-pty";
import { afterAll, beforeAll } from "vitest";
import { buildCommandLine } from "@/scripts/build-server.mjs";
import { createGateway } from "../gateway.ts";
import { answerApi } from "../web/answer-api.ts";
import { silence } from "../web/testing.ts";
import { createWebServer, type WebServer } from "../web-server.ts";

/** For tests: the command line as it is shipped, as a process of its own, against the real server inside the test's process. */

export interface Ran {
  code: number | null;
  out: string;
  err: string;
}

export interface RunOptions {
  environment?: Record<string, string>;
  stdin?: string;
  directory?: string;
  /** Called with what stdout has said so far. */
  onOutput?: (out: string, child: ChildProcess) => void;
}

export interface CommandLine {
  /** The program: bin/runboard.mjs beside a build of its own. */
  bin: string;
  directory: string;
  environment: Record<string, string>;
  run(args: readonly string[], options?: RunOptions): Promise<Ran>;
  /** In a terminal: what it shows, and the exit code. `answers` are typed when their question is shown. */
  runInTerminal(args: readonly string[], answers?: Record<string, string>): Promise<{ code: number; shown: string }>;
}

/** Built once for the tests of a file. */
export function provideCommandLine(environment: Record<string, string>): CommandLine {
  const directory = mkdtempSync(join(tmpdir(), "runboard-cli-"));
  const bin = join(directory, "bin/runboard.mjs");
  beforeAll(async () => {
    mkdirSync(join(directory, "bin"));
    copyFileSync(fileURLToPath(new URL("../../bin/runboard.mjs", import.meta.url)), bin);
    await buildCommandLine(join(directory, ".build"));
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));
  const plain = () => ({ PATH: process.env.PATH!, HOME: directory, ...environment });
  return {
    bin,
    directory,
    environment,
    run: (args, options = {}) =>
      run(bin, args, { directory, ...options, environment: { ...plain(), ...options.environment } }),
    runInTerminal: (args, answers = {}) => runInTerminal([bin, ...args], { environment: plain(), directory, answers }),
  };
}

function run(bin: string, args: readonly string[], options: RunOptions): Promise<Ran> {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd: options.directory,
    env: options.environment as NodeJS.ProcessEnv,
  });
  let [out, err] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (chunk) => {
    out += chunk;
    options.onOutput?.(out, child);
  });
  child.stderr.setEncoding("utf8").on("data", (chunk) => (err += chunk));
  child.stdin.on("error", () => {});
  child.stdin.end(options.stdin ?? "");
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, out, err })));
}

interface TerminalRun {
  environment: Record<string, string>;
  directory: string;
  answers: Record<string, string>;
}

function runInTerminal(args: string[], { environment, directory, answers }: TerminalRun) {
  const terminal = pty.spawn(process.execPath, args, {
    cols: 100,
    cwd: directory,
    env: { TERM: "xterm-256color", ...environment },
  });
  let shown = "";
  const open = new Map(Object.entries(answers));
  terminal.onData((data) => {
    shown += data;
    for (const [question, answer] of open) {
      if (!shown.includes(question)) continue;
      open.delete(question);
      terminal.write(answer);
    }
  });
  return new Promise<{ code: number; shown: string }>((resolve) =>
    terminal.onExit(({ exitCode }) => resolve({ code: exitCode, shown })),
  );
}

export interface Serving {
  url: string;
  /** As a restart is seen from outside: away, and back under the same address. */
  stop(): Promise<void>;
  start(): Promise<void>;
}

/** The real web server without pages. */
export async function serve(): Promise<Serving> {
  let web: WebServer;
  let port = 0;
  const serving: Serving = {
    url: "",
    stop: () => web.stop(0),
    start: async () => {
      web = createWebServer({
        allowedHosts: [],
        gateway: createGateway({ listen: silence }),
        handleApi: answerApi,
        handlePage: (_, response) => void response.end("page"),
      });
      port = await web.listen(port, "127.0.0.1");
      serving.url = `http://127.0.0.1:${port}`;
    },
  };
  await serving.start();
  return serving;
}
