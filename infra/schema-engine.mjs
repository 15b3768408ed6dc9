import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils';
import { PrismaPg } from '@prisma/adapter-pg';

const filters = { externalTables: [], externalEnums: [] };

/**
 * Prisma's schema engine as WebAssembly: the binary that `prisma migrate` downloads is out of reach on many machines.
 * Its own entry file expects a bundler to load the .wasm, so it is instantiated by hand.
 */
function loadEngine() {
  // Its bindings are module-level state: a second instance in the same process breaks the first.
  return (loaded ??= instantiate());
}

/** @type {Promise<typeof import('@prisma/schema-engine-wasm').SchemaEngine> | undefined} */
let loaded;

async function instantiate() {
  const require = createRequire(import.meta.url);
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const entry = require.resolve('@prisma/schema-engine-wasm');
  const wasm = await readFile(entry.replace(/schema_engine\.js$/, 'schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(wasm, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bindings.SchemaEngine;
}

/**
 * SQL that turns one schema into another; empty when they say the same. Needs no database.
 * @param {string | null} from text of a schema.prisma, or null for an empty database
 * @param {string} to text of a schema.prisma
 */
export async function diffSchemas(from, to) {
  const SchemaEngine = await loadEngine();
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => undefined, offlineAdapter());
  const datamodel = (content) => ({ tag: 'schemaDatamodel', files: [{ path: 'schema.prisma', content }] });
  const { stdout } = await engine.diff({
    from: from === null ? { tag: 'empty' } : datamodel(from),
    to: datamodel(to),
    script: true,
    exitCode: null,
    filters,
  });
  return stdout?.includes('This is an empty migration') ? '' : (stdout ?? '');
}

/**
 * Applies the migrations that the database lacks and notes them in `_prisma_migrations`, as `prisma migrate deploy` does.
 * @param {string} url of the database
 * @param {{ baseDir: string, migrations: { name: string, sql: string }[], lock: string }} list
 * @returns {Promise<string[]>} names of what was applied
 */
export async function applyMigrations(url, { baseDir, migrations, lock }) {
  const SchemaEngine = await loadEngine();
  const adapter = bindMigrationAwareSqlAdapterFactory(new PrismaPg({ connectionString: url }));
  const engine = await SchemaEngine.new({ datamodels: undefined }, () => undefined, adapter);
  const { appliedMigrationNames } = await engine.applyMigrations({
    migrationsList: {
      baseDir,
      lockfile: { path: 'migration_lock.toml', content: lock },
      shadowDbInitScript: '',
      migrationDirectories: migrations.map(({ name, sql }) => ({
        path: name,
        migrationFile: { path: 'migration.sql', content: { tag: 'ok', value: sql } },
      })),
    },
    filters,
  });
  return appliedMigrationNames;
}

/** Comparing two schema texts asks no database but its version; this answers in its place. */
function offlineAdapter() {
  const ok = (value) => ({ ok: true, value });
  const version = {
    columnNames: ['exists', 'version', 'numeric_version'],
    columnTypes: [5, 7, 0],
    rows: [[true, 'PostgreSQL 18.0', 180000]],
  };
  const connection = {
    provider: 'postgres',
    adapterName: 'offline',
    errorRegistry: { consumeError: () => undefined },
    getConnectionInfo: () => ok({ supportsRelationJoins: true }),
    queryRaw: async () => ok(version),
    executeRaw: async () => ok(0),
    executeScript: async () => ok(undefined),
    startTransaction: async () => ok(undefined),
    dispose: async () => ok(undefined),
  };
  const connect = async () => ok(connection);
  return { provider: 'postgres', adapterName: 'offline', connect, connectToShadowDb: connect };
}
