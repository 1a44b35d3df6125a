import { once } from "node:events";
import type { Client, Notification } from "pg";
import type { Program } from "../program.ts";
import { median } from "../rounds.ts";

/** Somebody who tells many sockets of one event. */
export interface Pusher {
  /** Makes the event happen. */
  cause(): Promise<unknown>;
  /** The channel of the database that says it has. */
  channel: string;
  clients: Program;
  /** Events that clients have got so far. */
  told: number;
  end(): Promise<void>;
}

export interface Push {
  fromHintMs: number;
  fromRequestMs: number;
}

/** By the clock that all processes of a machine share (process.hrtime). */
const sharedMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/**
 * From the moment the database's hint that something has happened arrives here, and with that at the server, to the last client;
 * and from the request that made it happen. `database` listens to the channel.
 */
export async function pushOnce(database: Client, pusher: Pusher): Promise<Push> {
  const hinted = hintOf(database, pusher.channel);
  const askedMs = sharedMs();
  const [hintMs] = await Promise.all([hinted, pusher.cause()]);
  pusher.told += 1;
  const { lastMs } = await pusher.clients.ask<{ lastMs: number }>({ event: pusher.told });
  return { fromHintMs: lastMs - hintMs, fromRequestMs: lastMs - askedMs };
}

export async function pushMany(database: Client, pusher: Pusher, events: number): Promise<Push> {
  const pushes: Push[] = [];
  for (let n = 0; n < events; n++) pushes.push(await pushOnce(database, pusher));
  const of = (name: keyof Push) => median(pushes.map((push) => push[name]));
  return { fromHintMs: of("fromHintMs"), fromRequestMs: of("fromRequestMs") };
}

async function hintOf(database: Client, channel: string): Promise<number> {
  for (;;) {
    const [hint] = (await once(database, "notification")) as [Notification];
    if (hint.channel === channel) return sharedMs();
  }
}
