import { writeSync } from "node:fs";
import type { AgentEvent } from "@/lib/agent/events.ts";
import type { WithoutTime } from "../port.ts";
import { cutEvent } from "./cut-event.ts";

export type Emit = (event: WithoutTime<AgentEvent>) => void;

const busyMs = 5;
const busyTries = 400;

/**
 * Writes events, one a line. Written at once and in order, so that nothing is lost with the process. What cannot be written (the disk is
 * full, the reader gone) is counted, and told when something can be again; the agent goes on meanwhile.
 */
export function createEventOutput(descriptor: number): Emit {
  let lost = 0;
  let isMidLine = false;

  const write = (event: WithoutTime<AgentEvent>): boolean => {
    const line = JSON.stringify(cutEvent({ ...event, at: new Date().toISOString() } as AgentEvent));
    const bytes = Buffer.from(`${isMidLine ? "\n" : ""}${line}\n`);
    const written = writeAll(descriptor, bytes);
    if (written > 0) isMidLine = written < bytes.length;
    return written === bytes.length;
  };

  return (event) => {
    if (lost > 0) {
      const text = `${lost} events before this one could not be written.`;
      if (!write({ kind: "notice", level: "warning", text })) return void lost++;
      lost = 0;
    }
    if (!write(event)) lost++;
  };
}

/** How many bytes were written. */
function writeAll(descriptor: number, bytes: Buffer): number {
  let written = 0;
  for (let tries = 0; written < bytes.length && tries < busyTries; ) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") return written;
      tries++;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, busyMs);
    }
  }
  return written;
}
