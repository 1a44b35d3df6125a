import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { expect, it } from "vitest";
import { connect, db, inTransaction } from "@/lib/db.ts";
import { toDomainError } from "@/lib/errors.ts";
import { provideTestDatabase, refusal } from "@/lib/testing/world.ts";

provideTestDatabase();

const endOwnConnection = async (pid: number) => {
  await db().$queryRaw`SELECT pg_terminate_backend(${pid}::int, 5000)`;
};

it("a server that goes away at the commit leaves it open whether it was stored, and says so", async () => {
  const lost = inTransaction(async (tx) => {
    const [row] = await tx.$queryRaw<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
    await endOwnConnection(row.pid);
  });
  const error = await refusal(lost, "UNAVAILABLE");
  expect(error.details).toEqual({ outcome: "unknown" });
});

it("a server that goes away before has stored nothing, and it is only away", async () => {
  const thrown: unknown = await inTransaction(async (tx) => {
    const [row] = await tx.$queryRaw<[{ pid: number }]>`SELECT pg_backend_pid() AS pid`;
    await endOwnConnection(row.pid);
    await tx.$queryRaw`SELECT 1`;
  }).catch((error: unknown) => error);
  const error = toDomainError(thrown);
  expect([error.code, error.details]).toEqual(["UNAVAILABLE", {}]);
});

it("a server that ends a connection in the breath in which it takes it is away, and nothing is left alone", async () => {
  const message = (type: string, body: Buffer) =>
    Buffer.concat([Buffer.from(type), Buffer.from([0, 0, 0, body.length + 4]), body]);
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => {
      const welcome = [message("R", Buffer.alloc(4)), message("Z", Buffer.from("I"))];
      const farewell = message("E", Buffer.from("SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0"));
      socket.end(Buffer.concat([...welcome, farewell]));
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const client = connect(`postgresql://someone@127.0.0.1:${(server.address() as AddressInfo).port}/anything`);
  const thrown: unknown = await client.$transaction((tx) => tx.$queryRaw`SELECT 1`).catch((error: unknown) => error);
  expect(toDomainError(thrown).code).toBe("UNAVAILABLE");
  await client.$disconnect();
  server.close();
});

it("plans a statement once a connection, and keeps none that holds a list of any length", async () => {
  const ids = Array.from({ length: 30 }, () => randomUUID());
  const kept = await inTransaction(async (tx) => {
    for (const some of [ids, ids.slice(1)]) await tx.$queryRaw`SELECT id FROM "Task" WHERE id = ANY (${some}::uuid[])`;
    await tx.task.findMany({ where: { id: { in: ids } }, select: { id: true } });
    return tx.$queryRaw`SELECT statement, (generic_plans + custom_plans)::int AS used FROM pg_prepared_statements
      WHERE statement LIKE ${'%"Task"%'}`;
  });
  expect(kept).toEqual([{ statement: expect.stringContaining("= ANY"), used: 2 }]);
});
