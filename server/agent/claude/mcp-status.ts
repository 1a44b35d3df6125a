export interface ServerStatus {
  name?: string;
  status?: string;
  error?: string;
}

/** Whether the servers asked for are there. `broken`: a sentence that names those that are not. */
export function brokenServers(
  names: readonly string[],
  said: readonly ServerStatus[],
): { broken: string | null; isPending: boolean } {
  const found = names.map((name) => said.find((one) => one.name === name) ?? { name, status: "missing" });
  const broken = found.filter(({ status }) => status !== "connected" && status !== "pending");
  const told = broken.map(({ name, status, error }) => `${name} (${status}${error ? `: ${error}` : ""})`);
  return {
    broken: told.length === 0 ? null : `MCP servers are not there: ${told.join(", ")}.`,
    isPending: found.some(({ status }) => status === "pending"),
  };
}
