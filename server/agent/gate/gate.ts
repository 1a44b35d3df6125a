import { rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { AgentPlan } from "../plan.ts";
import { anthropicApi, geminiApi, openaiApi } from "./apis.ts";
import type { GateKey, OtherProvider } from "./credentials.ts";
import { type Confined, forward, refuse, type Upstream } from "./forward.ts";
import { type Network, realNetwork, tunnel } from "./tunnel.ts";

export interface Gate {
  /** Where the agent finds it. */
  url: string;
  close(): void;
}

export interface GateGiven {
  plan: AgentPlan["gate"];
  key: GateKey | null;
  /** Models that are not Anthropic's, for the agents that use them. */
  others?: Record<"openai" | "gemini", OtherProvider>;
  /** What it says of what it refused, once for each host. */
  onNotice(text: string): void;
  network?: Network;
}

/**
 * The one way out of a session, and the place where the real key is: of the model's API what an agent needs, to who bears the session's
 * token, and tunnels to allowed hosts. It lives in the driver, out of the agent's reach. Behind a relay it is the only way out, so what
 * would have the provider go out for the agent is refused.
 */
export async function openGate({ plan, key, others, onNotice, network = realNetwork }: GateGiven): Promise<Gate> {
  const onRefused = oncePerHost(onNotice);
  const upstreams = upstreamsOf({ plan, key, others }, plan.relay === null ? null : { onRefused });
  const server = createServer((request, response) => {
    request.on("error", () => {});
    response.on("error", () => {});
    const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(request.url ?? "");
    if (absolute === null)
      return void forward(request, response, upstreams(request.url ?? "")).catch(() => response.destroy());
    onRefused(absolute[1] ?? "", "Only HTTPS leaves a session.");
    refuse(response, 403, "Only HTTPS leaves a session, by CONNECT.");
  });
  server.on("connect", (request, client, head) => {
    void tunnel(request, client, { ...plan, network, onRefused, head }).catch(() => client.destroy());
  });
  // What speaks no HTTP is no event of ours.
  server.on("clientError", (_, socket) => void socket.destroy());
  server.keepAliveTimeout = 60_000;
  server.requestTimeout = 0;
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });

  if (plan.relay !== null) rmSync(plan.relay.socket, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    if (plan.relay === null) server.listen(0, "127.0.0.1", resolve);
    else server.listen(plan.relay.socket, resolve);
  });
  return {
    url: `http://127.0.0.1:${plan.relay?.port ?? (server.address() as AddressInfo).port}`,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** By the path: Anthropic's API lies at the root, the others below their names. */
function upstreamsOf(
  { plan, key, others }: Pick<GateGiven, "plan" | "key" | "others">,
  confined: Confined | null,
): (path: string) => Upstream {
  const all = { token: plan.token, confined };
  const anthropic = { ...all, begins: "", api: anthropicApi, url: new URL(plan.upstream), key };
  if (others === undefined) return () => anthropic;
  const at = ({ url, key }: OtherProvider) => ({ ...all, url: new URL(url), key });
  const openai = { ...at(others.openai), begins: "/openai/v1", api: openaiApi };
  const gemini = { ...at(others.gemini), begins: "/gemini", api: geminiApi };
  return (path) => [openai, gemini].find(({ begins }) => path.startsWith(`${begins}/`)) ?? anthropic;
}

const hostsToldMax = 100;

function oncePerHost(onNotice: (text: string) => void): (host: string, why: string) => void {
  const told = new Set<string>();
  return (host, why) => {
    if (told.has(host) || told.size >= hostsToldMax) return;
    told.add(host);
    onNotice(`The gate refused ${host.slice(0, 300)}: ${why}`);
  };
}
