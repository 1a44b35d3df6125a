import { existsSync } from "node:fs";
import { DomainError } from "@/lib/errors.ts";
import { provableLength } from "@/lib/token/owner-proof.ts";
import { readPrivate } from "../private-file.ts";
import { addressFile, type CliSettings, tokenFile } from "./settings.ts";

/** Where the server is, and what opens it. */
export interface Connection {
  url: string;
  token: string;
  /** Where the token was read; null: RUNBOARD_TOKEN, and who set it knows whom it is sent to. What was read is sent after a proof alone. */
  tokenFile: string | null;
}

/** By the environment, else what the server of this home has written down. Throws UNAUTHENTICATED, UNAVAILABLE. */
export function findConnection(settings: CliSettings): Connection {
  const url = serverUrl(settings);
  if (settings.token !== null) return { url, token: settings.token, tokenFile: null };
  return { url, token: homeToken(settings, url), tokenFile: tokenFile(settings.home) };
}

/** RUNBOARD_URL, else the address that the running server keeps in its home, else PORT on this machine. */
export function serverUrl({ url, home, port }: CliSettings): string {
  return url ?? readOwn(addressFile(home)) ?? `http://127.0.0.1:${port || 3000}`;
}

/** The owner's token leaves this machine only when somebody says so: it is worth everything. */
function homeToken(settings: CliSettings, url: string): string {
  if (settings.url !== null && !isLoopback(url)) {
    throw new DomainError(
      "UNAUTHENTICATED",
      `The token of this machine is not sent to ${url}. Set RUNBOARD_TOKEN to the token of that server.`,
    );
  }
  const path = tokenFile(settings.home);
  const token = readOwn(path);
  if (token === null) throw new DomainError("UNAVAILABLE", noToken(settings.home), { home: settings.home });
  if (token.length < provableLength) throw new DomainError("UNAUTHENTICATED", tooShort(path), { path });
  return token;
}

const tooShort = (path: string): string =>
  `The token in ${path} has fewer than ${provableLength} characters: a server cannot prove that it knows it without giving it away. ` +
  "Remove the file and start Runboard anew, which makes another, or set RUNBOARD_TOKEN.";

function noToken(home: string): string {
  const found = existsSync(home) ? "has no token yet" : "does not exist yet";
  return `${home} ${found}. Start Runboard with npm start, or set RUNBOARD_HOME to where it lives, or RUNBOARD_URL and RUNBOARD_TOKEN.`;
}

function readOwn(path: string): string | null {
  try {
    return readPrivate(path);
  } catch (thrown) {
    throw new DomainError("UNAUTHENTICATED", refusalOf(thrown, path), { path });
  }
}

function refusalOf(thrown: unknown, path: string): string {
  const { code, message } = thrown as NodeJS.ErrnoException;
  return code === "EACCES" ? `${path} may not be read by this user. Set RUNBOARD_HOME or RUNBOARD_TOKEN.` : message;
}

export function isLoopback(url: string): boolean {
  const { hostname } = new URL(url);
  return hostname === "localhost" || hostname === "[::1]" || /^127(\.\d{1,3}){3}$/.test(hostname);
}
