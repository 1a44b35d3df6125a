import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { PrismaPg } from "@prisma/adapter-pg";
import {
  bindMigrationAwareSqlAdapterFactory,
  ColumnTypeEnum,
  type SqlDriverAdapter,
  type SqlMigrationAwareDriverAdapterFactory,
} from "@prisma/driver-adapter-utils";
import type * as Bindings from "@prisma/schema-engine-wasm";
import { Pool, type QueryConfig, type QueryResult } from "pg";

export type SchemaEngine = Bindings.SchemaEngine;
export type MigrationList = Bindings.MigrationList;

export interface OpenEngine {
  engine: SchemaEngine;
  /** Ends the engine and its connections. */
  close(): Promise<void>;
}

/**
 * Prisma's schema engine as WebAssembly over node-postgres: the engine of `prisma migrate` without its binary.
 * 5 MB to load, so only loaded when there is something to do.
 */
export async function openSchemaEngine(url: string): Promise<OpenEngine> {
  const { SchemaEngine } = await load();
  const connections = new Connections(url);
  const engine = await SchemaEngine.new(
    { datamodels: undefined },
    () => {},
    bindMigrationAwareSqlAdapterFactory(connections),
  );
  const close = async () => {
    engine.free();
    await connections.close();
  };
  return { engine, close };
}

/** What the engine connects through; keeps its pools, because the engine does not close them. */
class Connections implements SqlMigrationAwareDriverAdapterFactory {
  readonly provider = "postgres";
  readonly adapterName = "@prisma/adapter-pg";
  private readonly pools: Pool[] = [];

  constructor(private readonly url: string) {}

  connect(): Promise<SqlDriverAdapter> {
    return this.open(this.url);
  }

  /** An empty database beside ours, gone when the engine disposes of it. */
  async connectToShadowDb(): Promise<SqlDriverAdapter> {
    const name = `shadow_${randomBytes(8).toString("hex")}`;
    const main = this.pool(this.url);
    await main.query(`CREATE DATABASE ${name}`);
    const url = new URL(this.url);
    url.pathname = `/${name}`;
    const adapter = await this.open(url.href);
    adapter.dispose = async () => {
      await main.query(`DROP DATABASE ${name} WITH (FORCE)`);
    };
    return adapter;
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.end()));
  }

  private async open(url: string): Promise<SqlDriverAdapter> {
    const pool = this.pool(url);
    const adapter = await new PrismaPg(pool).connect();
    readCatalogueChars(adapter, pool);
    // PrismaPg cuts a script at every semicolon, also inside comments, strings and function bodies. Sent whole and
    // without parameters, PostgreSQL itself reads the statements, and all of them are one transaction.
    adapter.executeScript = async (script) => {
      await adapter.executeRaw({ sql: script, args: [], argTypes: [] });
    };
    return adapter;
  }

  private pool(url: string): Pool {
    const pool = new Pool({ connectionString: url, max: 2 });
    pool.on("error", () => {});
    this.pools.push(pool);
    return pool;
  }
}

const CATALOGUE_CHAR = 18;
const TEXT = 25;

/**
 * The engine reads `"char"` columns of PostgreSQL's catalogue, a type PrismaPg refuses: shown to it as text, and to
 * the engine as the character it expects.
 */
function readCatalogueChars(adapter: SqlDriverAdapter, pool: Pool): void {
  const characters = new WeakMap<unknown[], Set<number>>();
  const query: (config: QueryConfig) => Promise<QueryResult> = pool.query.bind(pool);
  const queryRaw = adapter.queryRaw.bind(adapter);
  const queryAsText = async (config: QueryConfig) => {
    const result = await query(config);
    const found = new Set<number>();
    // A script of several statements gives a list of results, and nobody reads its columns.
    for (const [index, field] of (result.fields ?? []).entries()) {
      if (field.dataTypeID !== CATALOGUE_CHAR) continue;
      field.dataTypeID = TEXT;
      found.add(index);
    }
    if (found.size > 0) characters.set(result.rows, found);
    return result;
  };
  Object.assign(pool, { query: queryAsText });
  adapter.queryRaw = async (sql) => {
    const result = await queryRaw(sql);
    const found = characters.get(result.rows);
    const columnTypes = result.columnTypes.map((type, index) => (found?.has(index) ? ColumnTypeEnum.Character : type));
    return { ...result, columnTypes };
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
  // A panic is told here just before the engine traps.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: { set_message: (message: string) => console.error(message) },
  });
  const bindings: RawBindings & WebAssembly.ModuleImports = await import(name);
  const wasm = readFileSync(join(dirname(path), "schema_engine_bg.wasm"));
  const { instance } = await WebAssembly.instantiate(wasm, { "./schema_engine_bg.js": bindings });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports.__wbindgen_start as () => void)();
  return bindings;
}
