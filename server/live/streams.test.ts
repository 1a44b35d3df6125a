import { once } from "node:events";
import { io as connectClient, type Socket } from "socket.io-client";
import { afterAll, beforeAll, expect, test } from "vitest";
import { db, switchDatabase } from "@/lib/db.ts";
import { env } from "@/lib/env.ts";
import type { JournalEvent } from "@/lib/events.ts";
import type { ClientToServerEvents, ServerToClientEvents, Subscribed } from "@/lib/live-protocol.ts";
import { call, newProject } from "@/lib/testing/world.ts";
import { createTestDatabase, type TestDatabase } from "../database/test-database.ts";
import { createGateway } from "../gateway.ts";
import { ownerToken, type Served, silence, startWebServer } from "../web/testing.ts";

type Client = Socket<ServerToClientEvents, ClientToServerEvents>;

let database: TestDatabase;
let served: Served;
let client: Client;

beforeAll(async () => {
  database = await createTestDatabase();
  await switchDatabase(database.url);
  Object.assign(env, { RUNBOARD_TOKEN: ownerToken, DATABASE_URL: database.url });
  served = await startWebServer({ gateway: createGateway({ pollMs: 50, listen: silence }) });
  client = connectClient(`http://127.0.0.1:${served.port}`, {
    ...{ auth: { token: ownerToken }, transports: ["websocket"], forceNew: true },
  });
  await once(client as never, "connect");
});
afterAll(async () => {
  client.disconnect();
  await served.web.stop(0);
  await db().$disconnect();
  await database.drop();
});

const subscribe = (input: object): Promise<Subscribed> => client.emitWithAck("subscribe", input as never) as never;
const nextChange = () =>
  new Promise<JournalEvent>((resolve) => client.once("PROJECT_UPDATED", (event) => resolve(event as JournalEvent)));

test("who could not follow a project hears of it in the overview as before, and follows it at the next try", async () => {
  const { id: projectId } = await newProject();
  expect(await subscribe({ projectId: null })).toMatchObject({ ok: true });
  await db().$executeRaw`ALTER TABLE "Event" RENAME TO "Event_away"`;
  try {
    expect(await subscribe({ projectId, after: 0 })).toMatchObject({ ok: false });
  } finally {
    await db().$executeRaw`ALTER TABLE "Event_away" RENAME TO "Event"`;
  }
  const heard = nextChange();
  await call("project", "update", { projectId, name: "one" });
  expect(await heard).toMatchObject({ projectId, seq: 2 });

  const again: JournalEvent[] = [];
  client.on("PROJECT_UPDATED", (event) => again.push(event as JournalEvent));
  expect(await subscribe({ projectId, after: 2 })).toMatchObject({ ok: true });
  const last = nextChange();
  await call("project", "update", { projectId, name: "two" });
  expect(await last).toMatchObject({ seq: 3 });
  await subscribe({ projectId: null });
  expect(again.map(({ seq }) => seq)).toEqual([3]);
});
