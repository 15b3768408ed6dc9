import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from './build.mjs';
import { diffSchemas } from './schema-engine.mjs';
import { generateClient } from './steps/prisma-client.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const schemaFile = `${root}prisma/schema.prisma`;
/** The schema that the newest migration leads to; comparing with it needs no database. */
const migratedFile = `${root}prisma/migrations/schema.prisma`;

/** docs/openapi.json, from the built api: its routes are known only to running code. `check` compares and writes nothing. */
export async function openApi({ check }) {
  await build({ only: ['client', 'code'] });
  const script = `${root}dist/apps/api/src/write-openapi.js`;
  await run(process.execPath, [script, ...(check ? ['--check'] : [])], { cwd: root });
}

/** SQL that the migrations lack, or ''. */
export async function missingMigration() {
  const migrated = await readFile(migratedFile, 'utf8').catch(() => null);
  return diffSchemas(migrated, await readFile(schemaFile, 'utf8'));
}

async function writeMigration(name) {
  const sql = await missingMigration();
  if (sql === '') return console.log('The migrations are up to date with the schema.');
  const stamp = new Date().toISOString().replace(/\D/g, '').slice(0, 14);
  const folder = `${root}prisma/migrations/${stamp}_${name}`;
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/migration.sql`, sql);
  await writeFile(`${root}prisma/migrations/migration_lock.toml`, 'provider = "postgresql"\n');
  await writeFile(migratedFile, await readFile(schemaFile, 'utf8'));
  console.log(`Wrote prisma/migrations/${stamp}_${name}/migration.sql; read it before you commit it.`);
}

async function check() {
  if ((await missingMigration()) !== '') {
    console.error(
      'prisma/schema.prisma has changes that no migration makes. Run `npm run generate -- NAME`, where NAME says what changed.',
    );
    return 1;
  }
  return openApi({ check: true }).then(
    () => 0,
    (error) => {
      console.error((error.stderr || error.message).trim());
      return 1;
    },
  );
}

async function generate(name) {
  if (!/^[a-z0-9_]{1,40}$/.test(name))
    throw new Error('A migration name has lower-case letters, digits and underscores.');
  await generateClient();
  await writeMigration(name);
  await openApi({ check: false });
  console.log('docs/openapi.json is what the code says.');
  return 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  process.exit(
    process.argv.includes('--check') ? await check() : await generate(process.argv[2] ?? 'change'),
  );
}
