import { logger } from "@/lib/log.ts";
import { backlogBytes, backlogPackets, cutOff, type LiveSocket } from "./live-server.ts";

const mib = 1024 * 1024;
/** Of one reader. A part of a log may be 1.5 MiB as JSON, and two may wait. */
const packetsMax = 5000;
const bytesMax = 8 * mib;
/** Of all together that take nothing; one that takes what it is sent may be in the middle of a long replay. */
const stuckBytesMax = 64 * mib;
const stuckMs = 3_000;

/**
 * Cuts off readers that are too far behind, and while those that take nothing are too many, the ones furthest behind.
 * They come back and replay at their own pace, or are told to resync.
 */
export function boundBacklogs(sockets: Iterable<LiveSocket>): void {
  const behind = [...sockets].map((socket) => ({ socket, bytes: backlogBytes(socket), isStuck: isStuck(socket) }));
  let stuckBytes = behind.reduce((sum, { bytes, isStuck }) => sum + (isStuck ? bytes : 0), 0);
  let cutBytes = 0;
  for (const { socket, bytes, isStuck } of behind.sort((a, b) => b.bytes - a.bytes)) {
    const isOver = bytes > bytesMax || backlogPackets(socket) > packetsMax;
    if (!isOver && !(isStuck && stuckBytes > stuckBytesMax)) continue;
    cutBytes += bytes;
    if (isStuck) stuckBytes -= bytes;
    cutOff(socket);
  }
  if (cutBytes > 0) logger.warn({ bytes: cutBytes }, "readers that were too far behind were cut off");
}

const isStuck = (socket: LiveSocket): boolean =>
  backlogPackets(socket) > 0 && performance.now() - socket.data.drainedAtMs > stuckMs;

/** Notes when a reader last took something. */
export function watchDrain({ conn, data }: LiveSocket): void {
  conn.on("drain", () => {
    data.drainedAtMs = performance.now();
  });
}
