import { isAbsolute } from "node:path";

export type UrlCheck = { ok: true; protocol: "https" | "ssh" | "file" } | { ok: false; message: string };

const FORMS = "Allowed are https://host/path, ssh://user@host/path, user@host:path and file:///absolute/path.";

/** Whether a project may name this URL: a closed list of forms, nothing that git or ssh could take for an option. */
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
  if (!URL.canParse(url)) return refuse("cannot be read");
  const { protocol, hostname, username, pathname } = new URL(url);
  if (!/^[A-Za-z0-9[]/.test(hostname)) return refuse("has no usable host");
  if (username.startsWith("-") || /%/.test(hostname)) return refuse("has no usable host");
  if (pathname.length < 2 || pathname.startsWith("/-")) return refuse("names no repository");
  return { ok: true, protocol: protocol === "https:" ? "https" : "ssh" };
}

const refuse = (what: string): UrlCheck => ({ ok: false, message: `The repository URL ${what}. ${FORMS}` });
