/** What stands in the field for the repository: a path on the server's machine, a URL, or too little to say. */
export type RepositorySource = { repoPath: string } | { repoUrl: string };

export function sourceOf(text: string): RepositorySource | null {
  const trimmed = text.trim();
  if (trimmed === "") return null;
  if (isUrl(trimmed)) return { repoUrl: trimmed };
  return { repoPath: trimmed };
}

/** `https://host/x`, `ssh://…`, `file://…` and git's short form `git@host:owner/name`. */
const isUrl = (text: string) => /^[a-z][a-z0-9+.-]*:\/\//i.test(text) || /^[\w.-]+@[\w.-]+:/.test(text);

/** `/home/me/billing-service.git` → `Billing service`. */
export function nameFrom(repository: string): string {
  const last =
    repository
      .trim()
      .replace(/[/\\]+$/, "")
      .split(/[/\\:]/)
      .at(-1) ?? "";
  const words = last
    .replace(/\.git$/i, "")
    .replace(/[-_.\s]+/g, " ")
    .trim();
  return (words.charAt(0).toUpperCase() + words.slice(1)).slice(0, 100);
}

/** `Billing service` → `BS`, `Demo` → `DEMO`; as the server does for a key that was not given, but accents are dropped. */
export function keyFrom(name: string): string {
  const words =
    withoutAccents(name)
      .toUpperCase()
      .match(/[A-Z0-9]+/g) ?? [];
  if (words.length === 0) return "";
  const initials = words.length > 1 ? words.map((word) => word[0]).join("") : (words[0] ?? "");
  return `${/^[A-Z]/.test(initials) ? "" : "P"}${initials}`.slice(0, 6).padEnd(2, "X");
}

const withoutAccents = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "");

export const isKey = (text: string): boolean => /^[A-Z][A-Z0-9]{1,9}$/.test(text);

/** What a person may mean while typing a key. */
export const asKey = (text: string): string =>
  text
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, "")
    .slice(0, 10);

/** The command a message ends in, to be copied: `To make it one: git -C /x init`. */
export function splitCommand(message: string): { words: string; command: string | null } {
  const match = /^([\s\S]*?:) (git (?:-C|ls-remote|push) [\s\S]+)$/.exec(message);
  return match ? { words: match[1]!, command: match[2]! } : { words: message, command: null };
}

/** For a command line; the same rule as the server's. */
export const shellQuote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
