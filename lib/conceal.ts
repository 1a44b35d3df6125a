/** Where people write keys and passwords although `${secret:NAME}` is there for them. */
const secretive: ReadonlySet<string> = new Set(["headers", "env", "environment"]);
/** Where the code lies on the machine of others, and with which credential it is fetched. */
const places: ReadonlySet<string> = new Set(["repoPath", "repoUrl"]);
const hidden = "(not shown to sessions)";

/** An answer as a session gets it, of the same shape: an agent carries out its task without what opens other doors. */
export function conceal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(conceal);
  if (!isMap(value)) return value;
  return mapValues(value, concealed);
}

function concealed(value: unknown, name: string): unknown {
  if (places.has(name)) return null;
  if (!isMap(value)) return conceal(value);
  // An address or an argument may hold a key as well: of a server its name is enough.
  if (name === "mcpServers") return mapValues(value, () => ({ command: hidden }));
  return secretive.has(name) ? mapValues(value, () => hidden) : conceal(value);
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const mapValues = (from: object, to: (value: unknown, name: string) => unknown) =>
  Object.fromEntries(Object.entries(from).map(([name, value]) => [name, to(value, name)]));
