import { isAbsolute } from "node:path";

export type UrlCheck = { ok: true; protocol: "https" | "ssh" | "file" } | { ok: false; message: string };

const FORMS = "Allowed are https://host/path, ssh://user@host/path, user@host:path and file:///absolute/path.";

/**
 * Whether a new project may name this URL: of an allowed form, and without a secret. An URL stands in git's arguments, in the
 * database and in answers.
 */
export function checkNewRepositoryUrl(url: string): UrlCheck {
  const check = checkRepositoryUrl(url);
  return check.ok && holdsSecret(url) ? { ok: false, message: SECRET } : check;
}

const SECRET =
  "The repository URL holds a password or a token, which everybody could read who sees the project or the machine's processes. " +
  "Give it without. What Runboard's user has on the server's machine is used: for https a line in its ~/.netrc " +
  "(machine HOST login USER password TOKEN, mode 0600), for ssh://user@host/path a key without a passphrase.";

/** With a password, or over https with a user who looks like the token that many hosts take in a user's place. */
function holdsSecret(url: string): boolean {
  if (!/^(https|ssh):\/\//.test(url)) return false;
  const { protocol, username, password } = new URL(url);
  return password !== "" || (protocol === "https:" && TOKEN.test(username));
}

/** What hosts begin their tokens with, or longer than anybody is called. */
const TOKEN = /^(gh[a-z]_|github_pat_|gl(pat|dt|ptt|soat|cbt)-|ATATT|ATBB|ATCTT|hf_).{16,}$|^[\w~+=%-]{36,}$/;

/** Whether git may be given this URL: a closed list of forms, nothing that git or ssh could take for an option. */
export function checkRepositoryUrl(url: string): UrlCheck {
  if (/[\s\p{Cc}\p{Cf}]/u.test(url) || url.length > 2_000) return refuse("holds spaces or invisible characters");
  if (url.startsWith("-")) return refuse("begins with a dash");
  if (url.startsWith("file://")) return checkFile(url);
  if (/^(https|ssh):\/\//.test(url)) return checkHost(url);
  const short = /^([A-Za-z0-9_][\w.-]*)@([A-Za-z0-9][A-Za-z0-9.-]*):(?![-:/]?\/?-)([^:].*)$/.exec(url);
  if (short && !url.includes("::")) return { ok: true, protocol: "ssh" };
  return refuse("is of no allowed form");
}

function checkFile(url: string): UrlCheck {
  const path = url.slice("file://".length);
  if (!isAbsolute(path) || path.includes("..")) return refuse("is not an absolute path");
  return { ok: true, protocol: "file" };
}

function checkHost(url: string): UrlCheck {
  // Git takes for a part of the host's name what a URL takes for its end.
  if (!URL.canParse(url) || url.includes("\\")) return refuse("cannot be read");
  const { protocol, hostname, username, pathname } = new URL(url);
  if (!/^[A-Za-z0-9[]/.test(hostname)) return refuse("has no usable host");
  if (username.startsWith("-") || /%/.test(hostname)) return refuse("has no usable host");
  if (pathname.length < 2 || pathname.startsWith("/-")) return refuse("names no repository");
  return { ok: true, protocol: protocol === "https:" ? "https" : "ssh" };
}

const refuse = (what: string): UrlCheck => ({ ok: false, message: `The repository URL ${what}. ${FORMS}` });
