import type { FoundAgent, FoundSandbox } from "@/lib/agent/contract.ts";
import { DomainError } from "@/lib/errors.ts";
import type { OrchestratorUsage } from "@/lib/resource/contract.ts";
import { catalogue } from "../catalogue.ts";
import { type Connection, findConnection, isLoopback, serverUrl } from "../connection.ts";
import { startOrName } from "../proven-line.ts";
import { createClient } from "../request.ts";
import type { CliSettings } from "../settings.ts";
import { type Check, fail, ok, warn } from "./check.ts";

interface Found {
  orchestrators: { agents: FoundAgent[]; sandboxes: FoundSandbox[] }[];
}

/** The server: that it answers, takes our token, has somebody who works, and by which agents. */
export async function serverChecks(settings: CliSettings): Promise<Check[]> {
  const address = addressOf(settings);
  if (typeof address !== "string") return [address];
  return checksAt(address, settings);
}

/** Where the server is, or that the home does not tell it to this user. */
function addressOf(settings: CliSettings): string | Check {
  try {
    return serverUrl(settings);
  } catch (thrown) {
    return fail("server", wordsOf(thrown), "Call runboard as the user whose home it is, or set RUNBOARD_URL.");
  }
}

async function checksAt(url: string, settings: CliSettings): Promise<Check[]> {
  const reached = await reach(settings, url);
  if (reached.status !== "ok") return [reached];
  try {
    const connection = findConnection(settings);
    const client = createClient(connection);
    const ask = <Answer>(name: string) => client.call<Answer>(catalogue.find((one) => one.name === name)!, {});
    const { orchestrators } = await ask<{ orchestrators: OrchestratorUsage[] }>("resource.usage");
    const found = await ask<Found>("agent.list");
    return [reached, ...secrecy(url), access(connection), workers(orchestrators), ...agents(found)];
  } catch (thrown) {
    if (isUnproven(thrown)) return [fail("server", `${url} ${thrown.details.unproven}`, startOrName)];
    return [reached, fail("access", wordsOf(thrown), "Set RUNBOARD_TOKEN, or RUNBOARD_HOME to the server's home.")];
  }
}

const access = ({ tokenFile }: Connection): Check =>
  ok("access", tokenFile === null ? "the token is taken" : "the server proves that it knows the token, and takes it");

const isUnproven = (thrown: unknown): thrown is DomainError =>
  thrown instanceof DomainError && thrown.details.unproven !== undefined;

async function reach(settings: CliSettings, url: string): Promise<Check> {
  try {
    const { status, body } = await createClient({ url, token: "", tokenFile: null }).get("/api/health/live");
    const isOurs = status === 200 && (body as { status?: string } | null)?.status === "ok";
    if (isOurs) return ok("server", url);
    return fail("server", `${url} is answered by another program (${status})`, otherPort(settings));
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException;
    return fail("server", `${url} does not answer (${code ?? "error"})`, "npm start, or set RUNBOARD_URL or PORT.");
  }
}

const otherPort = ({ port }: CliSettings): string => `Stop it, or choose another port: PORT=${port + 1} npm start`;

/** A token that travels in the clear is anybody's. */
const secrecy = (url: string): Check[] =>
  url.startsWith("https:") || isLoopback(url)
    ? []
    : [warn("transport", "plain http to another machine", "Put TLS in front of it, or use an SSH tunnel.")];

function workers(orchestrators: readonly OrchestratorUsage[]): Check {
  if (orchestrators.length === 0)
    return fail("orchestrator", "none has a lease", "npm start brings one; or npm run orchestrator.");
  const working = orchestrators.filter(({ pausedReason }) => pausedReason === null);
  const slots = orchestrators.reduce((sum, one) => sum + one.slots.limit, 0);
  const found = `${orchestrators.length}, ${slots} slots`;
  if (working.length > 0) return ok("orchestrator", found);
  return fail(
    "orchestrator",
    `${found}, paused: ${orchestrators[0]?.pausedReason}`,
    "runboard resource usage says more.",
  );
}

/** An agent that is not there is missed only by who wants it. */
function agents({ orchestrators }: Found): Check[] {
  return orchestrators.flatMap((one) => [
    ...one.sandboxes.map(({ name, isUsable, problem }) =>
      isUsable
        ? ok(`sandbox ${name}`, "usable")
        : warn(`sandbox ${name}`, "not usable", problem ?? "docs/sandboxes.md"),
    ),
    ...one.agents.map(({ name, version, program, problem }) =>
      problem === null
        ? ok(`agent ${name}`, version ?? program ?? "usable")
        : warn(`agent ${name}`, "not usable", problem),
    ),
  ]);
}

const wordsOf = (thrown: unknown): string =>
  thrown instanceof DomainError ? `${thrown.code}: ${thrown.message}` : String(thrown);
