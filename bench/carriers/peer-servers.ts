import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { eventually } from "../../e2e/product.ts";
import { startEmbedded } from "../../server/database/embedded.ts";
import type { Program } from "../program.ts";
import type { Stage } from "../stage.ts";
import { type PeerName, startPeer } from "./peer.ts";

/** What peers stand on: the PostgreSQL the product brings, with the same settings (fsync on), and a Redis. */
export interface PeerServers {
  start(name: PeerName): Promise<Program>;
  /** An empty database on the same server. Answers its URL. */
  newDatabase(name: string): Promise<string>;
}

export async function startPeerServers(stage: Stage): Promise<PeerServers> {
  const postgres = await startEmbedded({ directory: join(stage.directory, "peers-postgres"), log: () => {} });
  stage.atEnd(() => postgres.stop());
  const newDatabase = (name: string) => createDatabase(postgres.url, name);
  return {
    newDatabase,
    start: async (name) => {
      const url = name === "bullmq" ? await startRedis(stage) : await newDatabase(name.replace("-", "_"));
      const peer = await startPeer(name, url);
      stage.atEnd(() => peer.end());
      return peer;
    },
  };
}

async function createDatabase(server: string, name: string): Promise<string> {
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query(`CREATE DATABASE ${name}`);
  await client.end();
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

const persistence = ["--appendonly", "yes", "--appendfsync", "everysec", "--save", ""];

/** As BullMQ's documentation wants it: an append-only file flushed once a second, nothing evicted. Answers its socket's path. */
async function startRedis({ directory, atEnd }: Stage): Promise<string> {
  const socket = join(directory, "redis.sock");
  const place = ["--port", "0", "--unixsocket", socket, "--dir", directory];
  const child = spawn("redis-server", [...place, ...persistence, "--maxmemory-policy", "noeviction"], {
    stdio: "ignore",
  });
  const ended = once(child, "exit");
  atEnd(() => {
    child.kill("SIGTERM");
    return ended;
  });
  await eventually(async () => existsSync(socket));
  return socket;
}
