// Prisma's client from prisma/schema.prisma, by Prisma's own generator. Its command line brings a studio, a database and
// two hundred megabytes with it that nothing here uses (docs/decisions/0020).
import { rmSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

// As CommonJS: the modules of the generator name files without their ending, which Node's own loader does not find.
const require = createRequire(import.meta.url);
const internals = require("@prisma/internals");
const { PrismaClientTsGenerator } = require("@prisma/client-generator-ts");

const root = fileURLToPath(new URL("..", import.meta.url));
// It insists on a schema engine binary it never runs and would download one. Any program will do: migrations run without it.
process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;

const schemaPath = internals.createSchemaPathInput({
  schemaPathFromArgs: `${root}/prisma/schema.prisma`,
  baseDir: root,
});
const schemaContext = await internals.loadSchemaContext({ schemaPath, ignoreEnvVarErrors: true });
const [generator] = await internals.getGenerators({
  schemaContext,
  printDownloadProgress: false,
  registry: { "prisma-client": { type: "in-process", generator: new PrismaClientTsGenerator() } },
});
// What an older schema had would stay otherwise.
rmSync(generator.options.generator.output.value, { recursive: true, force: true });
await generator.generate();
generator.stop();
