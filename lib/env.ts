import { randomBytes } from "node:crypto";
import { join, resolve } from "node:path";
import { z } from "zod";
import { defaultHome } from "@/lib/default-home.ts";

/**
 * The one read of `process.env`. Everything an operator can set, with its default and its unit.
 * Durations end in Ms, as everywhere. A wrong value stops the process at boot with the whole list.
 */
const count = (fallback: number, min = 1) => z.coerce.number().int().min(min).default(fallback);

const environment = z.object({
  NODE_ENV: z.enum(["development", "production", "test"]).default("production"),
  PORT: z.coerce.number().int().min(0).max(65535).default(3000),
  HOST: z.string().default("127.0.0.1"),
  RUNBOARD_HOME: z.string().default(defaultHome()),
  DATABASE_URL: z.string().default(""),
  RUNBOARD_TOKEN: z.string().min(22, "at least 22 characters (128 bits)").optional(),
  RUNBOARD_ALLOWED_HOSTS: z.string().default(""),
  RUNBOARD_LEASE_MS: count(15_000, 500),
  RUNBOARD_POLL_MS: count(1_000, 50),
  RUNBOARD_GRACE_MS: count(10_000, 0),
  /** on: a stop waits until running sessions have ended, instead of leaving them to the next start. */
  RUNBOARD_DRAIN: z.enum(["on", "off"]).default("off"),
  RUNBOARD_LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "silent"]).default("info"),
  RUNBOARD_DEMO: z.enum(["on", "off"]).default("on"),
  RUNBOARD_IGNORE_NOTIFY: z.enum(["0", "1"]).default("0"),
  RUNBOARD_CPUS: z.coerce.number().min(0.1).optional(),
  RUNBOARD_MEMORY_BYTES: z.coerce.number().int().min(1_048_576).optional(),
  TASK_MAX_CONCURRENT: count(5),
  TASK_TIMEOUT_MS: count(300_000, 1_000),
  TASK_RETRY_ATTEMPTS: count(3),
  /** What agents are to use; else what is found on PATH. */
  CLAUDE_CLI_PATH: z.string().optional(),
  /** Keys and endpoint of Claude's model. Sessions never see them: a gate of ours puts them in. */
  ANTHROPIC_API_KEY: z.string().optional(),
  ANTHROPIC_AUTH_TOKEN: z.string().optional(),
  CLAUDE_CODE_OAUTH_TOKEN: z.string().optional(),
  ANTHROPIC_BASE_URL: z.url().default("https://api.anthropic.com"),
  /** The same for agents that use other models: Codex, Gemini, opencode. */
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z.url().default("https://api.openai.com/v1"),
  GEMINI_API_KEY: z.string().optional(),
  GOOGLE_GEMINI_BASE_URL: z.url().default("https://generativelanguage.googleapis.com"),
  /** An MCP server over HTTP that every claude-agent task gets, named "default". */
  MCP_SERVER_URL: z.url().optional(),
  /** Where sessions run whatever their project says: for machines that are sandboxes themselves, and for tests. */
  RUNBOARD_SANDBOX: z.enum(["bwrap", "process"]).optional(),
  PATH: z.string().default("/usr/local/bin:/usr/bin:/bin"),
});

export type Env = Readonly<z.infer<typeof environment>>;

/** Reads and checks the environment once. Throws one error that lists every wrong variable. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const given = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ""));
  const parsed = environment.safeParse(given);
  if (parsed.success) return { ...parsed.data, RUNBOARD_HOME: resolve(parsed.data.RUNBOARD_HOME) };
  const wrong = parsed.error.issues.map((issue) => `  ${issue.path.join(".")}: ${issue.message}`);
  throw new Error(`Runboard cannot start, these settings are wrong:\n${wrong.join("\n")}`);
}

export const env: Env = readEnv();

const secretPrefix = "RUNBOARD_SECRET_";

/** What `${secret:NAME}` stands for: the operator's RUNBOARD_SECRET_NAME. They are no setting: nothing but an agent's plan holds them. */
export function readSecrets(source: NodeJS.ProcessEnv = process.env): ReadonlyMap<string, string> {
  const named = Object.entries(source).filter(([name, value]) => name.startsWith(secretPrefix) && value);
  return new Map(named.map(([name, value]) => [name.slice(secretPrefix.length), value!]));
}

/** Where things live under `RUNBOARD_HOME`. All of it is private to the user (0700 directories, 0600 files). */
export const home = {
  token: join(env.RUNBOARD_HOME, "token"),
  hostId: join(env.RUNBOARD_HOME, "host-id"),
  /** Where the web process of this host answers, for the command line; there while it runs. */
  address: join(env.RUNBOARD_HOME, "address"),
  lock: join(env.RUNBOARD_HOME, "lock"),
  postgres: join(env.RUNBOARD_HOME, "postgres"),
  sessions: join(env.RUNBOARD_HOME, "sessions"),
  /** Mandates of spawner helpers that end sessions when their lease is not renewed. */
  guards: join(env.RUNBOARD_HOME, "guards"),
  repositories: join(env.RUNBOARD_HOME, "repositories"),
  /** What a later attempt needs to go on with an agent's conversation, by task. */
  conversations: join(env.RUNBOARD_HOME, "conversations"),
  /** Where orchestrators of this host show terminals to its web processes, a socket each. */
  terminals: join(env.RUNBOARD_HOME, "terminals"),
  /** The directory of the socket through which confined sessions report. */
  callback: join(env.RUNBOARD_HOME, "callback"),
  /** What confined sessions share. */
  confinement: join(env.RUNBOARD_HOME, "confinement"),
  demo: join(env.RUNBOARD_HOME, "demo"),
};

/** A fresh credential: 256 bits, URL-safe. */
export const newSecret = (): string => randomBytes(32).toString("base64url");
