export interface Target {
  host: string;
  port: number;
}

/** Of a CONNECT: `host:port` and nothing else. Null: it is none. */
export function parseTarget(authority: string): Target | null {
  const [, name, address, digits] = /^(?:([a-z0-9.-]{1,253})|\[([0-9a-f:.]+)\]):(\d{1,5})$/i.exec(authority) ?? [];
  const port = Number(digits);
  const host = (name ?? address ?? "").toLowerCase();
  return host === "" || port < 1 || port > 65_535 ? null : { host, port };
}

/** Entries are `name`, `*.name` (any name below, not itself), each with `:port` where it is not 443. */
export function isAllowed({ host, port }: Target, allowedHosts: readonly string[]): boolean {
  return allowedHosts.some((entry) => {
    const [pattern = "", digits = "443"] = entry.toLowerCase().split(":");
    if (Number(digits) !== port) return false;
    return pattern.startsWith("*.")
      ? host.endsWith(pattern.slice(1)) && host.length >= pattern.length
      : host === pattern;
  });
}
