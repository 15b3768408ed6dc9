import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { applyMigrations } from './schema-engine.mjs';

const baseDir = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

/**
 * Brings a database to the present schema. Safe to repeat.
 * @param {string} url of the database
 * @returns {Promise<string[]>} names of the migrations that were applied now
 */
export async function migrate(url) {
  const entries = await readdir(baseDir, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
  const migrations = await Promise.all(
    names.map(async (name) => ({ name, sql: await readFile(join(baseDir, name, 'migration.sql'), 'utf8') })),
  );
  const lock = await readFile(join(baseDir, 'migration_lock.toml'), 'utf8');
  return applyMigrations(url, { baseDir, migrations, lock });
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const applied = await migrate(process.env.DATABASE_URL ?? '');
  console.log(applied.length === 0 ? 'The database is up to date.' : `Applied: ${applied.join(', ')}`);
  process.exit(0);
}
