import { type Program, startProgram } from "../program.ts";
import type { Carrier } from "./carrier.ts";

/** Each is a file of bench/peers, which says how it is used and what its variants are. */
export type PeerName = "bullmq" | "graphile-worker" | "pg-boss" | "dbos";

/** A peer in a process of its own, as its users run it. `url`: of its database, or the path of its Redis's socket. */
export const startPeer = (name: PeerName, url: string): Promise<Program> =>
  startProgram("peers/peer-process.mjs", { name, url });

/** Its times go from the first task taken up to the last completion on record. */
export const peerCarrier =
  (peer: Program, variant: string | null = null): Carrier =>
  async ({ graph, concurrency, commandLine = null }) => {
    const { ms, error } = await peer.ask<{ ms?: number; error?: string }>({
      ...{ jobs: graph, concurrency, variant, commandLine },
    });
    if (ms === undefined) throw new Error(`A peer failed: ${error}`);
    return ms;
  };
