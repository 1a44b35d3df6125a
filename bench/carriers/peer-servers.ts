import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../../e2e/product.ts";
import { startEmbedded } from "../../server/database/embedded.ts";
import type { Program } from "../program.ts";
import type { Stage } from "../stage.ts";
import { type PeerName, startPeer } from "./peer.ts";

/**
 * A peer with what it stands on: a PostgreSQL of its own, the one the product brings with the same settings (fsync on, 60
 * connections), or a Redis.
 */
export async function startPeerOn(stage: Stage, name: PeerName): Promise<Program> {
  const url = name === "bullmq" ? await startRedis(stage) : await startPostgres(stage, name);
  const peer = await startPeer(name, url);
  stage.atEnd(() => peer.end());
  return peer;
}

/** Answers the URL of an empty database. */
export async function startPostgres({ directory, atEnd }: Stage, name: string): Promise<string> {
  const postgres = await startEmbedded({ directory: join(directory, `postgres-${name}`), log: () => {} });
  atEnd(() => postgres.stop());
  return postgres.url;
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
