import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { temporaryDirectory } from "./temporary-directory.ts";

/** The real product, started as `npm start` starts it once everything is built, on a home and a port of its own. */
export interface Product {
  url: string;
  home: string;
  token: string;
  /** The one-time link the product printed last. */
  loginUrl: string;
  process: ChildProcess;
  /** Calls the public API with the owner's token. */
  api<Answer = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<{ status: number; body: Answer }>;
  stop(): Promise<void>;
}

interface StartOptions {
  home?: string;
  port?: number;
  environment?: Record<string, string>;
}

export async function startProduct({ home, port, environment }: StartOptions = {}): Promise<Product> {
  const ownHome = home ?? temporaryDirectory("e2e");
  const ownPort = port ?? (await freePort());
  const { PATH = "", HOME = "", RUNBOARD_IGNORE_NOTIFY = "0" } = process.env;
  const child = spawn(process.execPath, ["--enable-source-maps", ".build/main.js"], {
    env: {
      PATH,
      HOME,
      NODE_ENV: "production",
      RUNBOARD_HOME: ownHome,
      PORT: String(ownPort),
      RUNBOARD_LOG_LEVEL: "warn",
      // Every suite passes without the database's hints, too: npm run judge -- wake-ups-off --long.
      RUNBOARD_IGNORE_NOTIFY,
      ...environment,
    },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const loginUrl = await readyLine(child);
  const url = `http://127.0.0.1:${ownPort}`;
  const token = readFileSync(join(ownHome, "token"), "utf8").trim();
  return {
    url,
    home: ownHome,
    token,
    loginUrl,
    process: child,
    api: (method, path, body, headers) => callApi({ url, token }, { method, path, body, headers }),
    stop: async () => {
      await endProcess(child);
      if (home === undefined) rmSync(ownHome, { recursive: true, force: true });
    },
  };
}

interface Request {
  method: string;
  path: string;
  body?: unknown;
  headers?: Record<string, string> | undefined;
}

async function callApi<Answer>(server: { url: string; token: string }, { method, path, body, headers }: Request) {
  const response = await fetch(`${server.url}/api/v1${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, body: (await response.json()) as Answer };
}

function readyLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    const said: string[] = [];
    createInterface({ input: child.stdout! }).on("line", (line) => {
      said.push(line);
      const url = /ready: (http:\S+)/.exec(line)?.[1];
      if (url) resolve(url);
    });
    child.once("exit", (code) => reject(new Error(`The product ended with ${code}:\n${said.join("\n")}`)));
  });
}

function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once("exit", () => resolve());
    child.kill("SIGTERM");
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

/** Looks again until it is so; for what no event tells. */
export async function eventually<Value>(
  look: () => Promise<Value | null | undefined | false>,
  withinMs = 30_000,
): Promise<Value> {
  const until = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (seen) return seen;
    if (Date.now() > until) throw new Error(`Not so within ${withinMs} ms: ${look}`);
    await new Promise((wait) => setTimeout(wait, 50));
  }
}
