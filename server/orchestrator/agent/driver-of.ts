import { env } from "@/lib/env.ts";
import { driverProgram } from "../../agent/driver-program.ts";
import { gateEnvironment } from "../../agent/gate/credentials.ts";
import type { Driver } from "../../sandbox/port.ts";

/** What drives the agent of a session. The model's key goes to it alone, by its environment: never into a file or a command line. */
export function driverOf(directory: string): Driver {
  const { command, args } = driverProgram();
  return { command, args: [...args, directory], environment: gateEnvironment(env) };
}
