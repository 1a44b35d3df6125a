import { lookup } from "node:dns/promises";
import type { IncomingMessage } from "node:http";
import { connect, isIP, type Socket } from "node:net";
import type { Duplex } from "node:stream";
import { isAllowed, parseTarget, type Target } from "./allowed-hosts.ts";
import { bearsProxyToken } from "./credentials.ts";
import { isPublicAddress } from "./public-address.ts";

/** The world outside; tests have one of their own. */
export interface Network {
  /** The addresses of a name. */
  resolve(host: string): Promise<string[]>;
  connect(address: string, port: number): Socket;
}

export const realNetwork: Network = {
  resolve: async (host) =>
    isIP(host) === 0 ? (await lookup(host, { all: true })).map(({ address }) => address) : [host],
  connect: (address, port) => connect({ host: address, port }),
};

interface Tunnels {
  token: string;
  allowedHosts: readonly string[];
  network: Network;
  onRefused(host: string, why: string): void;
}

const dialMs = 15_000;

/** Answers a CONNECT: a tunnel to a host that is allowed and is not of this machine or its network; else a refusal. */
export async function tunnel(request: IncomingMessage, client: Duplex, given: Tunnels & { head: Buffer }) {
  client.on("error", () => client.destroy());
  const target = parseTarget(request.url ?? "");
  if (target === null) return refuse(client, "400 Bad Request", "A CONNECT names host:port.");
  if (!bearsProxyToken(request.headers, given.token)) {
    return refuse(client, "407 Proxy Authentication Required", "This is not the session's token.");
  }
  const { host, port } = target;
  const told = port === 443 ? host : `${host}:${port}`;
  if (!isAllowed(target, given.allowedHosts)) {
    given.onRefused(told, "It is not among the project's allowed hosts.");
    return refuse(client, "403 Forbidden", `${told} is not among the project's allowed hosts.`);
  }
  const found = await dial(target, given.network);
  if (typeof found === "string") {
    given.onRefused(told, found);
    return refuse(client, "502 Bad Gateway", `${told}: ${found}`);
  }
  join(client, found, given.head);
}

/** Connects to the very address that was looked at. A name with a single address that is not public is refused as a whole. */
async function dial({ host, port }: Target, network: Network): Promise<Socket | string> {
  const addresses = await network.resolve(host).catch(() => []);
  if (addresses.length === 0) return "Its name cannot be resolved.";
  if (!addresses.every(isPublicAddress)) return "Its address is of this machine or a private network.";
  for (const address of addresses) {
    const socket = network.connect(address, port);
    if (await isConnected(socket)) return socket;
    socket.destroy();
  }
  return "It cannot be reached.";
}

function isConnected(socket: Socket): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, dialMs, false);
    const settle = (isThere: boolean) => () => {
      clearTimeout(timer);
      resolve(isThere);
    };
    socket.once("connect", settle(true));
    socket.once("error", settle(false));
  });
}

function join(client: Duplex, target: Socket, head: Buffer) {
  const end = () => {
    client.destroy();
    target.destroy();
  };
  for (const side of [client, target]) side.on("error", end).once("close", end);
  if (client.destroyed) return end();
  client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
  target.write(head);
  client.pipe(target);
  target.pipe(client);
}

function refuse(client: Duplex, status: string, message: string): void {
  const body = `Runboard's gate: ${message}\n`;
  const challenge = status.startsWith("407") ? 'Proxy-Authenticate: Basic realm="Runboard"\r\n' : "";
  client.end(
    `HTTP/1.1 ${status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(body)}\r\n` +
      `${challenge}Connection: close\r\n\r\n${body}`,
  );
}
