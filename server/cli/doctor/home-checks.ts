import { existsSync, lstatSync, type Stats, statfsSync } from "node:fs";
import { join } from "node:path";
import { sizeText } from "@/lib/size-text.ts";
import { type CliSettings, tokenFile } from "../settings.ts";
import { type Check, fail, ok, warn } from "./check.ts";

const fewBytes = 1024 ** 3;
/** As the orchestrator has it: with less it claims nothing (diskMinFreeBytes). */
const tooFewBytes = 256 * 1024 ** 2;

/** The home: that it is there, that nobody else reads it, and what room it has. It is looked at and left as it is. */
export function homeChecks({ home, token }: CliSettings): Check[] {
  const self = looked("home", home, homeCheck);
  if (!existsSync(home)) return [self];
  return [
    self,
    token === null ? looked("token", tokenFile(home), tokenCheck) : ok("token", "of RUNBOARD_TOKEN"),
    process.env.DATABASE_URL
      ? ok("database", "of DATABASE_URL")
      : looked("database", join(home, "postgres"), databaseCheck),
    looked("disk", home, diskCheck),
  ];
}

/** What is kept from this user is neither missing nor in order. */
function looked(name: string, path: string, check: (path: string) => Check): Check {
  try {
    return check(path);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return fail(
      name,
      `${path} may not be read (${code})`,
      "Call runboard as the user whose it is, or set RUNBOARD_HOME.",
    );
  }
}

function homeCheck(home: string): Check {
  const stats = statOf(home);
  if (stats === null)
    return fail("home", `${home} is not there`, "npm start makes it; or set RUNBOARD_HOME to where it is.");
  return privateCheck("home", home, stats, 0o700);
}

function tokenCheck(path: string): Check {
  const stats = statOf(path);
  if (stats === null) return fail("token", `${path} is not there`, "npm start makes it; or set RUNBOARD_TOKEN.");
  if (!stats.isFile()) return fail("token", `${path} is no file of its own`, "Remove it and start Runboard again.");
  return privateCheck("token", path, stats, 0o600);
}

function privateCheck(name: string, path: string, { uid, mode }: Stats, wanted: number): Check {
  const octal = (mode & 0o777).toString(8);
  if (uid !== process.getuid?.())
    return fail(name, `${path} belongs to user ${uid}`, "Call runboard as that user, or set RUNBOARD_HOME.");
  if ((mode & 0o077) !== 0)
    return warn(name, `${path} is open to others (${octal})`, `chmod ${wanted.toString(8)} ${path}`);
  return ok(name, `${path} (${octal})`);
}

function databaseCheck(path: string): Check {
  return statOf(path) === null
    ? warn("database", "none in the home", "npm start makes it; or the server has its own DATABASE_URL.")
    : ok("database", "embedded PostgreSQL in the home");
}

function diskCheck(home: string): Check {
  const { bavail, bsize } = statfsSync(home);
  const free = bavail * bsize;
  const found = `${sizeText(free)} free`;
  const advice = "Free some space: below 256 MiB nothing is started.";
  if (free < tooFewBytes) return fail("disk", found, advice);
  return free < fewBytes ? warn("disk", found, advice) : ok("disk", found);
}

/** null: it is not there. Throws where that is not to be known, such as EACCES. */
function statOf(path: string): Stats | null {
  try {
    return lstatSync(path);
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw thrown;
  }
}
