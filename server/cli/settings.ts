import { join, resolve } from "node:path";
import { defaultHome } from "@/lib/default-home.ts";
import { DomainError } from "@/lib/errors.ts";

/** What the environment says to the command line. */
export interface CliSettings {
  home: string;
  /** RUNBOARD_URL; null: the server of this home. */
  url: string | null;
  /** RUNBOARD_TOKEN; null: the token of this home. */
  token: string | null;
  port: number;
  /** RUNBOARD_PROJECT */
  project: string | null;
}

/**
 * Reads what a command needs, by the names of lib/env, which it does not import: all settings of a server with their schemas take
 * longer to load than most commands to run. Throws VALIDATION_FAILED that names what is wrong.
 */
export function readSettings(source: NodeJS.ProcessEnv = process.env): CliSettings {
  const { RUNBOARD_HOME, RUNBOARD_URL, RUNBOARD_TOKEN, RUNBOARD_PROJECT, PORT } = source;
  return {
    home: resolve(RUNBOARD_HOME || defaultHome()),
    url: RUNBOARD_URL ? checkedUrl(RUNBOARD_URL) : null,
    token: RUNBOARD_TOKEN ? checkedToken(RUNBOARD_TOKEN) : null,
    port: PORT ? checkedPort(PORT) : 3000,
    project: RUNBOARD_PROJECT || null,
  };
}

export const tokenFile = (home: string): string => join(home, "token");
export const addressFile = (home: string): string => join(home, "address");
export const hostIdFile = (home: string): string => join(home, "host-id");

function checkedUrl(text: string): string {
  const url = parsed(text);
  if (url === null || !/^https?:$/.test(url.protocol) || url.username !== "" || url.password !== "")
    throw wrong("RUNBOARD_URL", "an address such as http://127.0.0.1:3000");
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function parsed(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}

/** As lib/env has it for the server. What cannot stand in a header is none, either. */
function checkedToken(text: string): string {
  if (!/^[\x21-\x7e]{22,512}$/.test(text)) throw wrong("RUNBOARD_TOKEN", "a token of at least 22 characters");
  return text;
}

function checkedPort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw wrong("PORT", "a number from 0 to 65535");
  return port;
}

const wrong = (name: string, expected: string): DomainError =>
  new DomainError("VALIDATION_FAILED", `${name} is not usable: ${expected} was expected.`, { variable: name });
