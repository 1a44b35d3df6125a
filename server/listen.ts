import { Client } from "pg";
import { env } from "@/lib/env.ts";
import { logger } from "@/lib/log.ts";

export interface Listening {
  close(): Promise<void>;
}

type Channel = "runboard_event" | "runboard_work" | "runboard_log" | "runboard_live";

const retryMs = 500;

/**
 * Hints from the database that something is there to look at, on a connection of its own that comes back by itself.
 * They are hints only: whoever listens also polls, and with every hint lost is merely slower.
 */
export function listen(channels: readonly Channel[], onHint: (channel: Channel, payload: string) => void): Listening {
  let client: Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let isClosed = env.RUNBOARD_IGNORE_NOTIFY === "1";

  const reconnect = () => {
    client?.removeAllListeners();
    client?.on("error", () => {});
    client?.end().catch(() => {});
    client = null;
    clearTimeout(timer);
    if (!isClosed) timer = setTimeout(connect, retryMs);
  };

  const connect = async () => {
    const fresh = new Client({
      connectionString: env.DATABASE_URL,
      keepAlive: true,
      application_name: "runboard-listen",
    });
    client = fresh;
    fresh.on("error", reconnect);
    fresh.on("end", reconnect);
    fresh.on("notification", ({ channel, payload }) => onHint(channel as Channel, payload ?? ""));
    try {
      await fresh.connect();
      for (const channel of channels) await fresh.query(`LISTEN ${channel}`);
      for (const channel of channels) onHint(channel, "");
    } catch (thrown) {
      logger.debug({ err: thrown }, "cannot listen yet");
      reconnect();
    }
  };

  if (!isClosed) void connect();
  return {
    close: async () => {
      isClosed = true;
      clearTimeout(timer);
      client?.removeAllListeners();
      client?.on("error", () => {});
      await client?.end().catch(() => {});
    },
  };
}
