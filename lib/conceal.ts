/** Where people write keys and passwords although `${secret:NAME}` is there for them. */
const secretive: ReadonlySet<string> = new Set(["headers", "env", "environment"]);
/** Where the code lies on the machine of others, and with which credential it is fetched. */
const places: ReadonlySet<string> = new Set(["repoPath", "repoUrl"]);

/** An answer as a session gets it: an agent carries out its task without what opens other doors. */
export function conceal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(conceal);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, concealed(name, one)]));
}

function concealed(name: string, value: unknown): unknown {
  if (places.has(name)) return null;
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  if (!secretive.has(name) || !isMap) return conceal(value);
  return Object.fromEntries(Object.keys(value).map((key) => [key, "(not shown to sessions)"]));
}
