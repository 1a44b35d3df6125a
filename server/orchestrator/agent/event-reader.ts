import { type FileHandle, open } from "node:fs/promises";
import { type AgentEvent, parseAgentEvent } from "@/lib/agent/events.ts";

const roundBytes = 512 * 1024;
/** No event is so long; what is, is passed over. */
const lineMaxBytes = 1024 * 1024;

export interface ReadEvents {
  events: AgentEvent[];
  /** There is more than was read. */
  isBehind: boolean;
}

/**
 * Reads the events of an agent session from its output, from the beginning and a piece at a time. A reader of its own beside the log's: what
 * an agent asks is heard although the log is full. Where the log's reader emptied the file, reading goes on at its new beginning; cut lines
 * are no events.
 */
export class EventReader {
  #handle: FileHandle | null = null;
  #position = 0;
  #begun: Buffer = Buffer.alloc(0);
  readonly #buffer = Buffer.allocUnsafeSlow(roundBytes);

  constructor(readonly path: string) {}

  /** What has come since; nothing while there is no file. */
  async read(): Promise<ReadEvents> {
    this.#handle ??= await open(this.path, "r").catch(() => null);
    if (this.#handle === null) return { events: [], isBehind: false };
    const { size } = await this.#handle.stat();
    if (size < this.#position) this.#startOver();
    const { bytesRead } = await this.#handle.read(this.#buffer, 0, roundBytes, this.#position);
    this.#position += bytesRead;
    return { events: this.#linesIn(this.#buffer.subarray(0, bytesRead)), isBehind: this.#position < size };
  }

  async close(): Promise<void> {
    await this.#handle?.close().catch(() => {});
    this.#handle = null;
  }

  #startOver(): void {
    this.#position = 0;
    this.#begun = Buffer.alloc(0);
  }

  #linesIn(bytes: Buffer): AgentEvent[] {
    const all = Buffer.concat([this.#begun, bytes]);
    const end = all.lastIndexOf(10) + 1;
    this.#begun = all.length - end > lineMaxBytes ? Buffer.alloc(0) : Buffer.from(all.subarray(end));
    const lines =
      end === 0
        ? []
        : all
            .subarray(0, end - 1)
            .toString("utf8")
            .split("\n");
    return lines.flatMap((line) => parseAgentEvent(line) ?? []);
  }
}
