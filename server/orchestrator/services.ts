import type { Config } from "@/lib/config/schema.ts";
import type { Sandbox } from "../sandbox/port.ts";
import type { Sandboxes } from "../sandbox/registry.ts";
import type { Spawner } from "../sandbox/spawner/spawner.ts";
import type { AgentWatch } from "./agent/agent-watch.ts";
import type { Disk } from "./disk/disk.ts";
import type { KeptDirectories } from "./disk/kept-directories.ts";
import type { Documents } from "./documents/documents.ts";
import type { Lease } from "./lease/lease.ts";
import type { ClockWatch } from "./lease/patience.ts";
import type { Mirrors } from "./mirrors.ts";
import type { LogShipper } from "./output/log-shipper.ts";
import type { HeldSession } from "./session/held-session.ts";
import type { UsageSampler } from "./session/usage-sampler.ts";
import type { TaskFiles } from "./task-files/task-files.ts";
import type { Turns } from "./turns.ts";
import type { Worker } from "./worker.ts";

/** What the parts of one orchestrator share. */
export interface Services {
  worker: Worker;
  /** Until when it may act. */
  lease: Lease;
  /** Whether the database's clock may be believed about others. */
  clock: ClockWatch;
  /** Whether the helper ends the sessions when the lease is not renewed. */
  isGuarded: boolean;
  spawner: Spawner;
  /** Where sessions start. */
  sandboxes: Sandboxes;
  /** Looks at, measures and ends sessions, whichever provider of this machine started them. */
  sandbox: Sandbox;
  turns: Turns;
  shipper: LogShipper;
  sampler: UsageSampler;
  /** Listens to the agents that run here, and tells them what people say. */
  agents: AgentWatch;
  mirrors: Mirrors;
  disk: Disk;
  kept: KeptDirectories;
  taskFiles: TaskFiles;
  documents: Documents;
  /** Sessions this process is responsible for, from claim until their end is durable. */
  held: Map<string, HeldSession>;
  /** Let go after something unforeseen, and not yet taken up again. */
  loose: Map<string, HeldSession>;
  /** Orchestrators of this host whose sessions became ours and whose helpers have not been dismissed, and whether all are in our hands. */
  takenOver: Map<string, "not adopted" | "adopted">;
  /** The limits and policies as last read. */
  config: Config;
}
