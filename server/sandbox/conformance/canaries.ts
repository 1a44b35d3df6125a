import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, openSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** Something of the machine that a session has no business with, and how it would get at it; what it finds holds the word. */
export interface Canary {
  name: string;
  /** A line of shell. */
  look: string;
}

export interface Planted {
  canaries: Canary[];
  /** In whatever was planted, and in nothing a session is given. */
  word: string;
  remove(): void;
}

interface Places {
  /** Stands for RUNBOARD_HOME. */
  home: string;
  /** The session that looks. */
  directory: string;
  /** The repository its clone borrows from. */
  repository: string;
}

/** Plants them all over the machine. As an ordinary user it plants what such a one can. */
export async function plant({ home, directory, repository }: Places): Promise<Planted> {
  // Not in the environment of anything a session is started from, so that it is not told by accident.
  const word = `canary${process.pid}${Date.now()}`;
  const name = `runboard-test-${process.pid}-${Date.now()}`;
  const canaries: Canary[] = [];
  const undo: (() => void)[] = [];
  const isRoot = process.getuid?.() === 0;

  const file = (title: string, path: string) => {
    const made = firstMissing(path);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${word}\n`, { mode: 0o644 });
    undo.push(() => rmSync(made, { recursive: true, force: true }));
    canaries.push({ name: title, look: `cat '${path}'` });
  };
  const started = (
    title: string,
    look: (pid: number) => string,
    how: { env?: object; argument?: string; cwd?: string },
  ) => {
    const child = startKeeper(how);
    undo.push(() => child.kill("SIGKILL"));
    canaries.push({ name: title, look: look(child.pid!) });
  };
  const listening = async (
    title: string,
    address: string | { port: 0; host: string },
    look: (port: number) => string,
  ) => {
    if (typeof address === "string" && address.startsWith("/")) mkdirSync(dirname(address), { recursive: true });
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.end(`${word}\n`);
    });
    await listen(server, address);
    if (typeof address === "string" && address.startsWith("/")) {
      chmodSync(address, 0o666);
      undo.push(() => rmSync(address, { force: true }));
    }
    undo.push(() => server.close());
    const bound = server.address();
    canaries.push({ name: title, look: look(typeof bound === "object" ? (bound?.port ?? 0) : 0) });
  };
  const socket = (title: string, path: string) =>
    listening(title, path, () => `timeout 5 socat -u UNIX-CONNECT:${path} -`);
  const environments = "cat /proc/[0-9]*/environ | tr '\\0' '\\n'";

  process.env.RUNBOARD_TEST_CANARY = word;
  undo.push(() => delete process.env.RUNBOARD_TEST_CANARY);
  started("the environment of another process", () => environments, { env: { SECRET: word } });
  started("DATABASE_URL of another process", (pid) => `tr '\\0' '\\n' < /proc/${pid}/environ`, {
    env: { DATABASE_URL: `postgres://runboard:${word}@127.0.0.1/runboard` },
  });
  started("the arguments of another process", () => "cat /proc/[0-9]*/cmdline | tr '\\0' '\\n'", { argument: word });
  file("a file of a home", join(homedir(), name));
  file("a key of a home", join(homedir(), ".ssh", name));
  file("credentials of a home", join(homedir(), ".config", name, "credentials"));
  file("what an agent keeps in a home", join(homedir(), ".claude", name));
  file("the token of Runboard", join(home, "token"));
  file("the database's files", join(home, "postgres", "PG_VERSION"));
  file("the clone of another session", join(home, "sessions", "other", "work", "file"));
  file("the home of another session", join(home, "sessions", "other", "home", ".netrc"));
  file("the output of another session", join(home, "sessions", "other", "output.log"));
  file("the plan of another session", join(home, "sessions", "other", "agent.json"));
  file("the plan of its own driver", join(directory, "agent.json"));
  file("what its driver is told", join(directory, "inbox.jsonl"));
  file("the repository of another project", join(home, "repositories", "other", "config"));
  file("the configuration of its own repository", join(repository, ".git", "credentials"));
  file("the working copy of its own repository", join(repository, "not-committed"));
  file("a file of /tmp", join("/tmp", name));
  file("a file of /var/tmp", join("/var/tmp", name));
  file("shared memory", join("/dev/shm", name));
  started("the directory of another process", (pid) => `cat /proc/${pid}/cwd/token`, { cwd: home });
  started("an open file of another process", (pid) => `cat /proc/${pid}/fd/3`, {});
  started("the root of another process", (pid) => `cat /proc/${pid}/root/${home}/token`, {});
  await socket("the database's socket", join(home, "postgres", ".s.PGSQL.5432"));
  await socket("the socket of an ssh agent", join("/tmp", `ssh-${name}`, "agent.1"));
  await socket("a socket of its own session's driver", join(directory, "driver.sock"));
  await listening("an abstract socket", `\0${name}`, () => `timeout 5 socat -u ABSTRACT-CONNECT:${name} -`);
  await listening(
    "the machine's loopback",
    { port: 0, host: "127.0.0.1" },
    (port) => `timeout 5 socat -u TCP:127.0.0.1:${port} -`,
  );
  if (isRoot) {
    file("a file of /etc", join("/etc", name));
    file("a key of /etc", join("/etc/ssl/private", name));
    file("somebody's home", join("/home", name, ".netrc"));
    file("a file of /var/lib", join("/var/lib", name, "secret"));
    file("a file of /run", join("/run", name, "secret"));
    file("a file of /opt", join("/opt", name, "secret"));
    await socket("a socket like docker's", join("/run", name, "docker.sock"));
  }

  /** Holds a file with the word open as its descriptor 3. */
  function startKeeper({
    env = {},
    argument = "none",
    cwd = "/",
  }: {
    env?: object;
    argument?: string;
    cwd?: string;
  }): ChildProcess {
    const held = openSync(join(home, "token-held"), "w+");
    writeFileSync(held, `${word}\n`);
    return spawn("/bin/sh", ["-c", "while :; do sleep 100; done", argument], {
      ...{ cwd, env: { PATH: "/usr/bin:/bin", ...env } as unknown as NodeJS.ProcessEnv },
      stdio: ["ignore", "ignore", "ignore", held],
    });
  }

  return {
    canaries,
    word,
    remove: () => {
      for (const step of undo.reverse()) step();
      rmSync(join("/tmp", `ssh-${name}`), { recursive: true, force: true });
    },
  };
}

/** A script that looks for all of them and says which it found by the headings of its output. */
export const lookForAll = (canaries: readonly Canary[]): string =>
  canaries.map(({ name, look }) => `echo "== ${name}"; { ${look}; } 2>&1`).join("\n");

export function foundIn(output: string, word: string): string[] {
  return output
    .split(/^== /m)
    .slice(1)
    .flatMap((part) => (part.includes(word) ? [part.slice(0, part.indexOf("\n"))] : []));
}

/** The topmost part of a path that is not there yet. */
function firstMissing(path: string): string {
  let missing = path;
  while (!existsSync(dirname(missing))) missing = dirname(missing);
  return missing;
}

function listen(server: Server, address: string | { port: 0; host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    if (typeof address === "string") server.listen(address, resolve);
    else server.listen(address.port, address.host, resolve);
  });
}

export const hasSocat = (): boolean => {
  try {
    execFileSync("socat", ["-V"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};
