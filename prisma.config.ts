import { defineConfig } from "prisma/config";

// `prisma generate` insists on a schema engine binary it never runs and would download one. Any program will do:
// migrations run in server/database/migrate.ts, without the binary.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
