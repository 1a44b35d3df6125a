import type { Readable } from "node:stream";

/** A line that is longer is given up: no agent has that much to say at once. */
const lineMaxBytes = 32 * 1024 * 1024;

/**
 * Tells each line of a stream, the last one too where it has no end. Split at \n alone: what other characters end lines for
 * readline may stand in a JSON text as they are. Resolves at the end of the stream, however it came.
 */
export function readLines(
  stream: Readable,
  { onLine, onTooLong }: { onLine(line: string): void; onTooLong(): void },
): Promise<void> {
  let parts: Buffer[] = [];
  let sizeBytes = 0;
  let isPassedOver = false;
  const finish = () => {
    if (!isPassedOver && sizeBytes > 0) onLine(Buffer.concat(parts).toString("utf8"));
    parts = [];
    sizeBytes = 0;
    isPassedOver = false;
  };
  const take = (bytes: Buffer) => {
    sizeBytes += bytes.length;
    if (isPassedOver || bytes.length === 0) return;
    if (sizeBytes <= lineMaxBytes) return void parts.push(bytes);
    isPassedOver = true;
    parts = [];
    onTooLong();
  };
  stream.on("data", (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, start)) {
      take(chunk.subarray(start, end));
      finish();
      start = end + 1;
    }
    take(chunk.subarray(start));
  });
  return new Promise((resolve) => {
    stream.once("error", () => resolve());
    stream.once("close", () => {
      finish();
      resolve();
    });
  });
}
