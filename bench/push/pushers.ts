import { type JudgedProduct, newProject } from "../../judge/judged-product.ts";
import { call } from "../call.ts";
import { startProgram } from "../program.ts";
import type { Pusher } from "./one-event.ts";

export const peerChannel = "bench_push";

/** A project with one card, followed by so many sockets of a kind: the product's own way. */
export async function productPusher(product: JudgedProduct, kind: "raw" | "io", sockets: number): Promise<Pusher> {
  const { url, token } = product;
  const projectId = await newProject(product, `${kind}-${sockets}`);
  const card = await call<{ id: string }>(product, "POST", `/projects/${projectId}/tasks`, { title: "a card" });
  const address = `${url.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`;
  const clients =
    kind === "io"
      ? await startProgram("push/io-clients.ts", { url, token, projectId, sockets })
      : await startProgram("peers/ws-clients.mjs", { url: address, token, subscribe: { projectId }, sockets });
  let version = 1;
  return {
    cause: () => call(product, "PATCH", `/tasks/${card.id}`, { title: `changed ${version} times`, version: version++ }),
    channel: "runboard_event",
    clients,
    told: 0,
    end: () => clients.end(),
  };
}

/** Bare ws with a message as long as the product's, sent at a hint of the same database. */
export async function bareWsPusher(product: JudgedProduct, sockets: number): Promise<Pusher> {
  const { database, databaseUrl } = product;
  const projects = await call<{ items: { id: string }[] }>(product, "GET", "/projects");
  const newest = `/projects/${projects.items[0]!.id}/events?order=desc&limit=1`;
  const events = await call<{ items: object[] }>(product, "GET", newest);
  const text = `42${JSON.stringify(["TASK_UPDATED", events.items[0]])}`;
  const server = await startProgram("peers/ws-server.mjs", { databaseUrl, channel: peerChannel, text });
  const { url } = server.greeting as { url: string };
  const clients = await startProgram("peers/ws-clients.mjs", { url, sockets });
  return {
    cause: () => database.query(`NOTIFY ${peerChannel}`),
    channel: peerChannel,
    clients,
    told: 0,
    end: async () => {
      await clients.end();
      await server.end();
    },
  };
}
