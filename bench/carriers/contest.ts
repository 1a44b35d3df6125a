import type { Measured } from "../bench.ts";
import { takeTurns } from "../rounds.ts";
import type { Carrier, Drain } from "./carrier.ts";

export interface Contest {
  goal: string;
  what: string;
  drain: Drain;
  ours: Carrier;
  rivals: readonly Rival[];
  rounds: number;
}

export interface Rival {
  name: string;
  carrier: Carrier;
  /** The largest ratio that meets the goal; null: shown only. */
  max: number | null;
}

/** Lets all of them carry the same graph out in turns. One line a rival, in milliseconds a task. */
export async function contest({ goal, what, drain, ours, rivals, rounds }: Contest): Promise<Measured[]> {
  const side = (carrier: Carrier) => async () => (await carrier(drain)) / drain.graph.length;
  const others = Object.fromEntries(rivals.map(({ name, carrier }) => [name, side(carrier)]));
  const figures = await takeTurns<string>({ Runboard: side(ours), ...others }, rounds);
  return rivals.map(({ name, max }) => ({
    ...{ goal, what: `${what}, a task`, unit: "ms", ours: figures.Runboard!, max },
    theirs: { name, values: figures[name]! },
  }));
}
