// A process of its own: clients that follow projects as a page does, and whose connections drop at random.
import { setTimeout as sleep } from "node:timers/promises";
import { io, type Socket } from "socket.io-client";
import type { JournalEvent } from "../../lib/events.ts";
import { randomOf } from "../random.ts";
import { differences, type Folded, fold, readCards } from "./fold.ts";

export interface Followers {
  url: string;
  token: string;
  projectIds: string[];
  clients: number;
  dropsPerSecond: number;
  seed: number;
}

/** What is asked at the end: where each project's journal ends. */
export type LastSeqs = Record<string, number>;

export interface FollowersReport {
  received: number;
  drops: number;
  resyncs: number;
  /** From the commit of an event until a client had it, ms; of a share of them. */
  lagsMs: number[];
  /** From the loss of a connection until everything missed was there, ms. */
  reconnectsMs: number[];
  /** Events that were missing, came twice or out of order, and clients that do not agree with the snapshot; in sentences. */
  wrong: string[];
}

interface Client {
  projectId: string;
  socket: Socket;
  cards: Folded;
  /** The last event seen, or where a resync stood. */
  at: number;
  lostAtMs: number | null;
  /** While the snapshot after a resync is read, events wait. */
  waiting: JournalEvent[] | null;
}

const given: Followers = JSON.parse(process.argv[2]!);
const random = randomOf(given.seed, "followers");
const report: FollowersReport = { received: 0, drops: 0, resyncs: 0, lagsMs: [], reconnectsMs: [], wrong: [] };
const clients = Array.from({ length: given.clients }, (_, n) => follow(given.projectIds[n % given.projectIds.length]!));
await Promise.all(clients.map(({ socket }) => new Promise((resolve) => socket.once("connect", () => resolve(null)))));
const dropping = setInterval(drop, 1000 / given.dropsPerSecond);
process.send?.("connected");
process.on("disconnect", () => process.exit(0));
process.on("message", async (lastSeqs: LastSeqs) => {
  clearInterval(dropping);
  await tellWhenThere(lastSeqs);
  process.send?.(report);
});

function follow(projectId: string): Client {
  const socket = io(given.url, {
    ...{ auth: { token: given.token }, transports: ["websocket"], forceNew: true },
    ...{ reconnectionDelay: 250, reconnectionDelayMax: 5000 },
  });
  const client: Client = { projectId, socket, cards: new Map(), at: 0, lostAtMs: null, waiting: null };
  socket.on("connect", () => void subscribe(client));
  socket.on("disconnect", () => {
    client.lostAtMs ??= performance.now();
  });
  socket.on("resync", ({ seq }: { seq: number }) => void readAnew(client, seq));
  socket.onAny((name: string, event: JournalEvent) => {
    if (name !== "resync") hear(client, event);
  });
  return client;
}

async function subscribe(client: Client): Promise<void> {
  const { ok } = await client.socket
    .emitWithAck("subscribe", { projectId: client.projectId, after: client.at })
    .catch(() => ({ ok: null }));
  if (ok === false) report.wrong.push("a subscription was refused");
  if (ok !== true || client.lostAtMs === null) return;
  report.reconnectsMs.push(performance.now() - client.lostAtMs);
  client.lostAtMs = null;
}

function hear(client: Client, event: JournalEvent): void {
  report.received += 1;
  if (report.received % 50 === 0) report.lagsMs.push(Date.now() - Date.parse(event.at));
  if (event.seq !== client.at + 1) report.wrong.push(`after ${client.at} came ${event.seq} (${event.type})`);
  client.at = event.seq;
  if (client.waiting) client.waiting.push(event);
  else fold(client.cards, event);
}

/** Too much was missed: everything anew, and from there on. */
async function readAnew(client: Client, seq: number): Promise<void> {
  report.resyncs += 1;
  client.at = seq;
  client.waiting = [];
  client.cards = await readCards(given.url, given.token, client.projectId);
  for (const event of client.waiting) fold(client.cards, event);
  client.waiting = null;
}

function drop(): void {
  const { socket } = random.pick(clients);
  if (!socket.connected) return;
  report.drops += 1;
  socket.io.engine.close();
}

const endMs = 120_000;

/** Everybody has to come to the end of the journal, and to the snapshot there. */
async function tellWhenThere(lastSeqs: LastSeqs): Promise<void> {
  const until = performance.now() + endMs;
  const isThere = ({ projectId, at, waiting }: Client) => at >= lastSeqs[projectId]! && waiting === null;
  while (!clients.every(isThere) && performance.now() < until) await sleep(50);
  for (const client of clients.filter((client) => !isThere(client)))
    report.wrong.push(`a client stands at ${client.at}, the journal at ${lastSeqs[client.projectId]}`);
  for (const projectId of given.projectIds) {
    const snapshot = await readCards(given.url, given.token, projectId);
    for (const client of clients.filter((client) => client.projectId === projectId)) {
      const count = differences(client.cards, snapshot);
      if (count > 0) report.wrong.push(`a client and the snapshot differ in ${count} of ${snapshot.size} cards`);
    }
  }
}
