// npm run migration -- <name>: the SQL from the last migration to prisma/schema.prisma, as a new migration file.
// The engine replays the migrations in a scratch database; hand-written parts (partial indexes, functions) survive.
import "./typescript.mjs";

const { writeNewMigration } = await import("../server/database/new-migration.ts");

const [name] = process.argv.slice(2);
if (!name || !/^[a-z][a-z0-9_]*$/.test(name)) {
  console.error("Usage: npm run migration -- <name>   (lower case, digits and underscores: add_task_colour)");
  process.exit(2);
}
const path = await writeNewMigration(name);
console.log(
  path
    ? `Wrote ${path}. Read it before you commit it.`
    : "Nothing to do: the migrations already lead to prisma/schema.prisma.",
);
