import type { JudgedProduct } from "../../judge/judged-product.ts";
import type { BenchOptions, Measured } from "../bench.ts";
import { withProduct } from "../carriers/product-carrier.ts";
import { type Push, pushMany } from "../push/one-event.ts";
import { bareWsPusher, peerChannel, productPusher } from "../push/pushers.ts";
import { takeTurns } from "../rounds.ts";

// One change of a card on its way to everybody who has the board open, against bare ws. Each kind of client is a process of its own.

const goalSockets = 1000;

interface Sizes {
  sockets: number[];
  /** A round. */
  events: number;
}
const full: Sizes = { sockets: [1, 100, goalSockets], events: 20 };
const smoke: Sizes = { sockets: [1, 3], events: 1 };

export async function run({ isSmoke, rounds }: BenchOptions): Promise<Measured[]> {
  const sizes = isSmoke ? smoke : full;
  return withProduct(async (product) => {
    for (const channel of ["runboard_event", peerChannel]) await product.database.query(`LISTEN ${channel}`);
    const lines: Measured[] = [];
    for (const sockets of sizes.sockets) lines.push(...(await pushTo(product, sockets, { ...sizes, rounds })));
    return lines;
  });
}

async function pushTo(
  product: JudgedProduct,
  sockets: number,
  { events, rounds }: { events: number; rounds: number },
): Promise<Measured[]> {
  const pushers = {
    raw: await productPusher(product, "raw", sockets),
    io: await productPusher(product, "io", sockets),
    bare: await bareWsPusher(product, sockets),
  };
  const pushes: Record<keyof typeof pushers, Push[]> = { raw: [], io: [], bare: [] };
  const side = (name: keyof typeof pushers) => async () => {
    const push = await pushMany(product.database, pushers[name], events);
    pushes[name].push(push);
    return push.fromHintMs;
  };
  for (const pusher of Object.values(pushers)) await pushMany(product.database, pusher, 3);
  const fromHint = await takeTurns({ raw: side("raw"), io: side("io"), bare: side("bare") }, rounds);
  for (const pusher of Object.values(pushers)) await pusher.end();
  const theirs = { name: "bare ws, raw clients", values: fromHint.bare };
  const line = (what: string, ours: readonly number[], max: number): Measured => ({
    goal: "P5",
    what: `one event to ${sockets} ${what}, the last one`,
    unit: "ms",
    ours,
    theirs,
    max: sockets === goalSockets ? max : null,
  });
  return [
    line("raw clients", fromHint.raw, 1.25),
    line("clients of socket.io", fromHint.io, 1.8),
    {
      goal: "P5",
      what: `the same, counted from the request that changes the card, ${sockets} raw clients`,
      unit: "ms",
      ours: pushes.raw.map(({ fromRequestMs }) => fromRequestMs),
      max: null,
    },
  ];
}
