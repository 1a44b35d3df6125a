import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, lstatSync, readFileSync, statSync } from "node:fs";
import { dirname, parse } from "node:path";
import { type Binaries, copyBinaries, findBinaries } from "./binaries.ts";

/** Who PostgreSQL runs as, and how a program of its is started as them. */
export interface Account {
  binaries: Binaries;
  /** Null: as ourselves. */
  owner: { uid: number; gid: number } | null;
  command(program: string, args: string[]): { file: string; args: string[]; ids: { uid?: number; gid?: number } };
}

/**
 * PostgreSQL refuses to run as root. As root it gets the system account `postgres`, and one capability (look past
 * directory permissions), because the home and the clone may lie in directories only root may enter. Where that
 * capability cannot be given, a copy of the programs under `directory` is used and the way to it is opened for passing through.
 */
export function chooseAccount(directory: string, data: string): Account {
  if (process.getuid?.() !== 0) {
    return { binaries: findBinaries(directory), owner: null, command: (file, args) => ({ file, args, ids: {} }) };
  }
  const owner = ownerOf(data) ?? systemAccount();
  const binaries = findBinaries(directory);
  const prefix = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, "--clear-groups", ...CAPABILITY, "--"];
  if (runs("setpriv", [...prefix, binaries.postgres, "--version"])) {
    return {
      binaries,
      owner,
      command: (file, args) => ({ file: "setpriv", args: [...prefix, file, ...args], ids: {} }),
    };
  }
  const copy = copyBinaries(directory);
  openWay(directory);
  return { binaries: copy, owner, command: (file, args) => ({ file, args, ids: owner }) };
}

// no_setuid_fixup keeps the ambient capability across the change of user.
const CAPABILITY = ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"];

/** A data directory stays with the account that made it. */
function ownerOf(data: string): { uid: number; gid: number } | null {
  const found = lstatSync(data, { throwIfNoEntry: false });
  return found !== undefined && found.uid !== 0 ? { uid: found.uid, gid: found.gid } : null;
}

function systemAccount(): { uid: number; gid: number } {
  const found = accountNamed("postgres");
  if (found !== null) return found;
  runs("useradd", [
    "--system",
    "--user-group",
    "--no-create-home",
    "--home-dir",
    "/nonexistent",
    "--shell",
    "/usr/sbin/nologin",
    "postgres",
  ]);
  const account = accountNamed("postgres") ?? accountNamed("nobody");
  if (account === null)
    throw new Error("PostgreSQL cannot run as root, and there is no account `postgres` or `nobody`.");
  return account;
}

function accountNamed(name: string): { uid: number; gid: number } | null {
  const line = readFileSync("/etc/passwd", "utf8")
    .split("\n")
    .find((entry) => entry.startsWith(`${name}:`));
  const [, , uid, gid] = line?.split(":") ?? [];
  return Number(uid) > 0 && Number(gid) > 0 ? { uid: Number(uid), gid: Number(gid) } : null;
}

function runs(file: string, args: string[]): boolean {
  return spawnSync(file, args, { stdio: "ignore" }).status === 0;
}

/** Passing through (not listing) for others on our own directories; a closed one above them is the operator's to open. */
function openWay(directory: string): void {
  const own = [directory, dirname(directory)];
  for (const path of own) chmodSync(path, 0o711);
  for (let path = dirname(directory); path !== parse(path).root; path = dirname(path)) {
    if ((statSync(path).mode & 0o001) === 0) {
      throw new Error(
        `PostgreSQL cannot reach ${directory} because ${path} is closed to other users. Run \`chmod o+x ${path}\`, or install setpriv (util-linux).`,
      );
    }
  }
}

/** Gives a file or directory to the account. */
export function giveTo(account: Account, path: string): void {
  if (account.owner !== null) chownSync(path, account.owner.uid, account.owner.gid);
}
