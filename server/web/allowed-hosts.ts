import { env } from "@/lib/env.ts";

/** A name under which this server may be addressed. */
export interface AllowedHost {
  /** Lower case; IPv6 in brackets. */
  name: string;
  /** null: the port that is listened on, or none (80, or 443 of a proxy). */
  port: number | null;
  /** Named with https://: a proxy in front speaks TLS, so cookies are Secure and origins https. */
  isHttps: boolean;
}

/** What the guard needs to know about the place it stands in. */
export interface GuardRules {
  port: number;
  allowedHosts: readonly AllowedHost[];
}

const authority =
  /^(\[[0-9a-f:.]{2,45}\]|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*)(?::([1-9][0-9]{0,4}))?$/;
const loopbackNames: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** `name` or `name:port`, strictly: no userinfo, no trailing dot, no path, no leading zeros; case does not matter. */
export function parseAuthority(text: string): { name: string; port: number | null } | null {
  if (text.length > 253 + 6) return null;
  const match = authority.exec(text.toLowerCase());
  if (match === null) return null;
  const port = match[2] === undefined ? null : Number(match[2]);
  return port !== null && port > 65535 ? null : { name: match[1]!, port };
}

/** RUNBOARD_ALLOWED_HOSTS: names separated by commas or spaces. Throws an error that names the wrong entry. */
export function parseAllowedHosts(list = env.RUNBOARD_ALLOWED_HOSTS): AllowedHost[] {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .map((entry) => {
      const isHttps = entry.startsWith("https://");
      const parsed = parseAuthority(isHttps ? entry.slice("https://".length) : entry);
      if (parsed !== null) return { ...parsed, isHttps };
      throw new Error(
        `RUNBOARD_ALLOWED_HOSTS: "${entry}" is no host. Write names such as board.example.com, board.lan:3000 or https://board.example.com`,
      );
    });
}

/** The entry a Host header stands for, or null when this server is not addressed by it. */
export function inspectHost(header: string | undefined, rules: GuardRules): AllowedHost | null {
  const host = parseAuthority(header ?? "");
  if (host === null) return null;
  if (loopbackNames.has(host.name)) {
    if ((host.port ?? 80) === rules.port) return { ...host, isHttps: false };
  }
  const isOurPort = host.port === null || host.port === rules.port;
  const entry = rules.allowedHosts.find(
    ({ name, port }) => name === host.name && (port === null ? isOurPort : port === host.port),
  );
  return entry ?? null;
}

/** Whether pages of this origin are ours. It never looks at Host: a rebound name agrees with itself. */
export function inspectOrigin(origin: string, rules: GuardRules): boolean {
  const match = /^(https?):\/\/([^/]+)$/.exec(origin);
  if (match === null) return false;
  const entry = inspectHost(match[2], rules);
  return entry !== null && (!entry.isHttps || match[1] === "https");
}

/** Addresses that only this machine reaches, and by which it may be called. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "127.0.0.1" || host === "::1";
}

/** Why listening on `host` is refused, or null (S-07). */
export function refuseBinding(host: string, allowedHosts: readonly AllowedHost[]): string | null {
  if (isLoopback(host) || allowedHosts.length > 0) return null;
  return (
    `HOST=${host} would open Runboard to the network, and a board that runs commands must know the names it is called by. ` +
    `Name them: RUNBOARD_ALLOWED_HOSTS=board.example.com HOST=${host} npm start. Or leave HOST alone to stay on this machine.`
  );
}
