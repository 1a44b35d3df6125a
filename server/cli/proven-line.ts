import { Agent } from "node:http";
import { DomainError } from "@/lib/errors.ts";
import { type Challenge, isProof, newNonce, nonceHeader, proofHeader } from "@/lib/token/owner-proof.ts";
import type { Connection } from "./connection.ts";
import { BrokenConnection, exchange, type HttpAnswer, type Line } from "./exchange.ts";

/**
 * A connection to whoever has proven on it that he knows the home's token. It is for one call: another connection may find somebody
 * else, also where the server was there a moment ago. Throws UNAUTHENTICATED with `details.unproven`: what was found instead.
 */
export async function openProven(connection: Connection, signal?: AbortSignal): Promise<Line & { agent: Agent }> {
  const failures: unknown[] = [];
  for (const url of addressesOf(connection.url)) {
    const line = { url, agent: await agentOfOneConnection(url) };
    try {
      await prove(line, connection, signal);
      return line;
    } catch (thrown) {
      line.agent.destroy();
      failures.push(thrown);
    }
  }
  // Somebody who is there and proves nothing says more than nobody.
  throw failures.find((one) => one instanceof DomainError) ?? failures[0];
}

/** `localhost` is two addresses, of which one may be somebody else's: each is asked by itself. TLS tells them apart by certificate. */
function addressesOf(url: string): string[] {
  if (!/^http:\/\/localhost(?=[:/]|$)/.test(url)) return [url];
  return ["127.0.0.1", "[::1]"].map((address) => url.replace("localhost", address));
}

/** What is proven is proven of a connection, so there is no second one. */
async function agentOfOneConnection(url: string): Promise<Agent> {
  const agent = new (url.startsWith("https:") ? (await import("node:https")).Agent : Agent)({
    keepAlive: true,
    maxSockets: 1,
  });
  const open = agent.createConnection.bind(agent);
  let isOpened = false;
  agent.createConnection = (options, done) => {
    if (!isOpened) {
      isOpened = true;
      return open(options, done);
    }
    done?.(new BrokenConnection("closed after the proof"), undefined as never);
    return undefined;
  };
  return agent;
}

async function prove(line: Line, { token, tokenFile }: Connection, signal?: AbortSignal): Promise<void> {
  const challenge: Challenge = { host: new URL(line.url).host, nonce: newNonce() };
  const headers = { host: challenge.host, [nonceHeader]: challenge.nonce };
  const answer = await exchange(line, { method: "GET", path: "/api/health/live", headers, signal });
  if (isProof(String(answer.headers[proofHeader]), token, challenge)) return;
  throw unproven(line.url, answer, `the token in ${tokenFile}`);
}

/** Nothing that the answer says in words is passed on: whose words they are is not known. */
function unproven(url: string, { status, headers }: HttpAnswer, token: string): DomainError {
  // A server that stops or has too much to do may prove it a moment later.
  const code = status === 503 ? "UNAVAILABLE" : "UNAUTHENTICATED";
  const found =
    status !== 200
      ? `answers with status ${status} and does not prove that it knows ${token}`
      : headers[proofHeader] === undefined
        ? `does not prove that it knows ${token}: it is another program, or a Runboard older than this command`
        : `does not know ${token}: it is another program, the Runboard of another home, or one with a RUNBOARD_TOKEN of its own`;
  return new DomainError(code, `${url} ${found}. The token was not sent. ${startOrName}`, { url, unproven: found });
}

export const startOrName =
  "Start Runboard with npm start (an older one anew), or set RUNBOARD_URL and RUNBOARD_TOKEN to those of the server that is meant.";
