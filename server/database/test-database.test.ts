import { Client } from "pg";
import { expect, test } from "vitest";
import { createTestDatabase } from "./test-database.ts";

test("each test database is migrated, separate from the next, and gone after drop", async () => {
  const [one, two] = await Promise.all([createTestDatabase(), createTestDatabase()]);
  const client = new Client({ connectionString: one.url });
  client.on("error", () => {});
  await client.connect();
  const { rows } = await client.query(
    "SELECT count(*)::int AS n FROM _prisma_migrations WHERE finished_at IS NOT NULL",
  );
  expect(rows[0].n).toBeGreaterThan(0);
  expect(one.url).not.toBe(two.url);
  await one.drop();
  await two.drop();
  await expect(client.query("SELECT 1")).rejects.toThrow();
});
