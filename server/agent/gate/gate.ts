import { rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import type { AgentPlan } from "../plan.ts";
import type { GateKey, OtherProvider } from "./credentials.ts";
import { forward, refuse, type Upstream } from "./forward.ts";
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
 * The one way out of a session, and the place where the real key is: the model's API to who bears the session's token, and tunnels to
 * allowed hosts. It lives in the driver, out of the agent's reach.
 */
export async function openGate({ plan, key, others, onNotice, network = realNetwork }: GateGiven): Promise<Gate> {
  const upstreams = upstreamsOf({ plan, key, others });
  const onRefused = oncePerHost(onNotice);
  const server = createServer((request, response) => {
    request.on("error", () => {});
    response.on("error", () => {});
    const absolute = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)/i.exec(request.url ?? "");
    if (absolute === null) return forward(request, response, upstreams(request.url ?? ""));
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
function upstreamsOf({ plan, key, others }: Pick<GateGiven, "plan" | "key" | "others">): (path: string) => Upstream {
  const { token } = plan;
  const anthropic = { begins: "", rest: /^\/v1\//, url: new URL(plan.upstream), token, key };
  if (others === undefined) return () => anthropic;
  const openai = { begins: "/openai/v1", rest: /^\//, token, key: others.openai.key, url: new URL(others.openai.url) };
  const gemini = {
    begins: "/gemini",
    rest: /^\/v1(beta)?\//,
    token,
    key: others.gemini.key,
    url: new URL(others.gemini.url),
  };
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
