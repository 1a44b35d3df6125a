import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createConnection, createServer, type Socket } from "node:net";

/** Stands between the product and its database. */
export interface DatabaseProxy {
  port: number;
  /**
   * The next statement that holds the text is executed and its answer never arrives: both connections are cut instead.
   * Resolves with true when it has happened, false when none came in time.
   */
  cutAnswerOf(text: string, withinMs: number): Promise<boolean>;
  close(): void;
}

interface Order {
  text: string;
  done: (happened: boolean) => void;
}

/** PostgreSQL's "ready for query" ends every answer: Z, a length of 5, one byte of state. */
const ready = Buffer.from([0x5a, 0, 0, 0, 5]);

export async function startProxy(socketPath: string): Promise<DatabaseProxy> {
  const orders: Order[] = [];
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const database = createConnection(socketPath);
    open.add(client).add(database);
    let cutting: Order | undefined;
    const end = () => {
      client.destroy();
      database.destroy();
      open.delete(client);
      open.delete(database);
    };
    client.on("data", (bytes: Buffer) => {
      const index = orders.findIndex(({ text }) => bytes.includes(text));
      if (index >= 0) cutting = orders.splice(index, 1)[0];
      database.write(bytes);
    });
    database.on("data", (bytes: Buffer) => {
      if (cutting === undefined) client.write(bytes);
      else if (bytes.includes(ready)) {
        cutting.done(true);
        end();
      }
    });
    for (const socket of [client, database]) socket.on("error", end).on("close", end);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    cutAnswerOf: (text, withinMs) =>
      new Promise((resolve) => {
        const order = { text, done: resolve };
        orders.push(order);
        setTimeout(() => {
          const index = orders.indexOf(order);
          if (index >= 0) orders.splice(index, 1);
          resolve(false);
        }, withinMs);
      }),
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}
