import type { Config } from "@/lib/config/schema.ts";
import type { Started } from "@/lib/session/settle.ts";
import type { Sandbox } from "../sandbox/port.ts";
import type { Spawner } from "../sandbox/spawner.ts";
import type { HeldSession } from "./held-session.ts";
import type { LogShipper } from "./log-shipper.ts";
import type { Mirrors } from "./mirrors.ts";
import type { Turns } from "./turns.ts";
import type { Worker } from "./worker.ts";

/** What the parts of one orchestrator share. */
export interface Services {
  worker: Worker;
  spawner: Spawner;
  sandbox: Sandbox;
  turns: Turns;
  shipper: LogShipper;
  mirrors: Mirrors;
  /** Sessions this process is responsible for, from claim until their end is durable. */
  held: Map<string, HeldSession>;
  /** Records that a process runs; false: the session was ended meanwhile. */
  markStarted: (started: Started) => Promise<boolean>;
  /** The limits and policies as last read. */
  config: Config;
}
