import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import type * as Bindings from "@prisma/schema-engine-wasm";

export type SchemaEngine = Bindings.SchemaEngine;
export type MigrationList = Bindings.MigrationList;

/**
 * Prisma's schema engine as WebAssembly over node-postgres: the engine of `prisma migrate` without its binary.
 * 5 MB to load, so only loaded when there is something to do.
 */
export async function openSchemaEngine(url: string): Promise<SchemaEngine> {
  const { SchemaEngine } = await load();
  return SchemaEngine.new({ datamodels: undefined }, () => {}, bindMigrationAwareSqlAdapterFactory(wholeScripts(url)));
}

/**
 * PrismaPg cuts a script at every semicolon, also inside comments, strings and function bodies. Sent whole and without
 * parameters, PostgreSQL itself reads the statements, and all of them are one transaction.
 */
function wholeScripts(url: string): SqlMigrationAwareDriverAdapterFactory {
  const pg = new PrismaPg({ connectionString: url, max: 1 });
  const whole = (adapter: SqlDriverAdapter): SqlDriverAdapter => {
    adapter.executeScript = async (script) => {
      await adapter.executeRaw({ sql: script, args: [], argTypes: [] });
    };
    return adapter;
  };
  return {
    provider: pg.provider,
    adapterName: pg.adapterName,
    connect: async () => whole(await pg.connect()),
    connectToShadowDb: async () => whole(await pg.connectToShadowDb()),
  };
}

/** The bindings without Node's wrapper, which imports the .wasm as a module and so needs a flag. */
interface RawBindings {
  SchemaEngine: typeof Bindings.SchemaEngine;
  __wbg_set_wasm(exports: WebAssembly.Exports): void;
}

let loaded: Promise<RawBindings> | undefined;

function load(): Promise<RawBindings> {
  loaded ??= instantiate();
  return loaded;
}

async function instantiate(): Promise<RawBindings> {
  // Named through a variable: the package declares the types of the wrapper only.
  const name = "@prisma/schema-engine-wasm/schema_engine_bg";
  const path = createRequire(import.meta.url).resolve(name);
  const bindings: RawBindings & WebAssembly.ModuleImports = await import(name);
  const wasm = readFileSync(join(dirname(path), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return bindings;
}
