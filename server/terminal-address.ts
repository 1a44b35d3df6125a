import { join } from "node:path";
import { home } from "@/lib/env.ts";

/** Where an orchestrator shows its terminals to web processes of its host. Short: a socket's path has its limit. */
export const terminalAddress = (workerId: string): string => join(home.terminals, workerId.slice(-12));
