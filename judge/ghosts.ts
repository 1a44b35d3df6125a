import { execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../e2e/product.ts";
import { type JudgedProduct, newProject } from "./judged-product.ts";
import { childrenOf, send, startedWith } from "./processes.ts";

/** What rows and processes can disagree about. Each is made on the running product, and has to be settled by itself. */
export interface Ghost {
  name: string;
  /** The reason code the session must show; null: there is no session to show one. */
  reason: string | null;
  /** Makes the ghost. Answers how to tell that it is settled, from that moment on. */
  make(haunted: Haunted): Promise<() => Promise<boolean>>;
}

/** A project with one task whose command runs until told, or for ever. */
export interface Haunted {
  product: JudgedProduct;
  project: string;
  repository: string;
  taskId: string;
  sessionId: string;
  /** The session's directory. */
  directory: string;
  wrapperPid: number;
  /** Lets the command end with 0. */
  end(): void;
}

export const ghosts: readonly Ghost[] = [
  {
    name: "row RUNNING without process",
    reason: "PROCESS_VANISHED",
    make: async (haunted) => {
      for (const pid of processesOf(haunted.sessionId)) send(pid, "SIGKILL");
      return () => hasEnded(haunted);
    },
  },
  {
    name: "exit 0 without exit file: the wrapper was killed",
    reason: "PROCESS_VANISHED",
    make: async (haunted) => {
      process.kill(haunted.wrapperPid, "SIGKILL");
      return () => hasEnded(haunted);
    },
  },
  {
    name: "exit status while a process that left its group lives on",
    reason: "EXIT_ZERO",
    make: async (haunted) => {
      const own = { ...process.env, RUNBOARD_SESSION: haunted.sessionId, TMPDIR: join(haunted.directory, "tmp") };
      spawn("sleep", ["300"], { detached: true, stdio: "ignore", env: own }).unref();
      haunted.end();
      return () => hasEnded(haunted);
    },
  },
  {
    name: "clone deleted while the command runs",
    reason: "CLONE_MISSING",
    make: async (haunted) => {
      rmSync(join(haunted.directory, "work"), { recursive: true });
      return () => hasEnded(haunted);
    },
  },
  {
    name: "clone deleted just before its command ends with 0",
    reason: "CLONE_MISSING",
    make: async (haunted) => {
      rmSync(join(haunted.directory, "work"), { recursive: true });
      haunted.end();
      return () => hasEnded(haunted);
    },
  },
  {
    name: "session directory deleted with its processes, orchestrator killed",
    reason: "PROCESS_VANISHED",
    make: async (haunted) => {
      const [orchestrator] = childrenOf(haunted.product.process.pid!, "/orchestrator.js");
      process.kill(orchestrator!, "SIGKILL");
      for (const pid of processesOf(haunted.sessionId)) send(pid, "SIGKILL");
      rmSync(haunted.directory, { recursive: true });
      return () => hasEnded(haunted);
    },
  },
  {
    name: "base branch deleted between two attempts",
    reason: "REPOSITORY",
    make: async (haunted) => {
      git(haunted, "checkout", "--quiet", "-b", "other");
      git(haunted, "branch", "-D", "main");
      process.kill(haunted.wrapperPid, "SIGKILL");
      return async () => (await taskOf(haunted)).status === "FAILED";
    },
  },
  {
    name: "attempt's branch made by somebody else",
    reason: "COMMIT_FAILED",
    make: async (haunted) => {
      const { items } = await sessionsOf(haunted);
      git(haunted, "branch", items[0]!.branch);
      haunted.end();
      return () => hasEnded(haunted);
    },
  },
  {
    name: "repository deleted while the command runs",
    reason: "REPOSITORY",
    make: async (haunted) => {
      rmSync(haunted.repository, { recursive: true });
      haunted.end();
      return () => hasEnded(haunted);
    },
  },
  {
    name: "process and directory without row",
    reason: null,
    make: async ({ product, end }) => {
      const id = randomUUID();
      const directory = join(product.home, "sessions", id);
      mkdirSync(join(directory, "tmp"), { recursive: true });
      const own = { PATH: process.env.PATH, RUNBOARD_SESSION: id, TMPDIR: join(directory, "tmp") };
      spawn("sleep", ["300"], { detached: true, stdio: "ignore", env: own as unknown as NodeJS.ProcessEnv }).unref();
      await eventually(async () => processesOf(id).length === 1);
      end();
      return async () => processesOf(id).length === 0 && !existsSync(directory);
    },
  },
];

/** A running task in a project of its own. */
export async function haunt(product: JudgedProduct, name: string): Promise<Haunted> {
  const project = await newProject(product, name, { retryBaseMs: 0 });
  const mayEnd = join(product.directory, `${name}-may-end`);
  const script = `echo "$PWD" > ${mayEnd}.at; while [ ! -e ${mayEnd} ]; do sleep 0.1; done; echo work > work.txt || :`;
  const { body } = await product.api<{ task: { id: string } }>("POST", "/tasks/create-and-start", {
    ...{ projectId: project, title: name, maxAttempts: 1, spec: { command: "sh", args: ["-c", script] } },
  });
  const taskId = body.task.id;
  const row = await eventually(async () => {
    const { rows } = await product.database.query(
      `SELECT s.id, b.pid FROM "Session" s JOIN "Sandbox" b ON b."sessionId" = s.id WHERE s."taskId" = $1 AND s.status = 'RUNNING'`,
      [taskId],
    );
    return existsSync(`${mayEnd}.at`) && rows[0];
  });
  return {
    ...{ product, project, taskId, repository: join(product.directory, `repository-${name}`) },
    ...{ sessionId: row.id, wrapperPid: row.pid, directory: join(product.home, "sessions", row.id) },
    end: () => writeFileSync(mayEnd, ""),
  };
}

interface SessionView {
  status: string;
  reason: string | null;
  message: string | null;
  branch: string;
  attempt: number;
}

export const taskOf = async ({ product, taskId }: Haunted) =>
  (await product.api<{ status: string; lastError: string | null }>("GET", `/tasks/${taskId}`)).body;
/** Newest first. */
export const sessionsOf = async ({ product, taskId }: Haunted) =>
  (await product.api<{ items: SessionView[] }>("GET", `/sessions?taskId=${taskId}`)).body;

/** The session that was made a ghost has ended, and of its processes nothing is left. */
async function hasEnded(haunted: Haunted): Promise<boolean> {
  const { items } = await sessionsOf(haunted);
  return items.at(-1)!.status !== "RUNNING" && processesOf(haunted.sessionId).length === 0;
}

/** The processes that carry a session's marker. */
export const processesOf = (sessionId: string): number[] =>
  startedWith(`RUNBOARD_SESSION=${sessionId}`).map(({ pid }) => pid);

const git = ({ repository }: Haunted, ...args: string[]) => execFileSync("git", ["-C", repository, ...args]);
