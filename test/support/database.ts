import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pg from 'pg';
import { Sealer } from '#libs/secrets/seal.js';
import { useSealer } from '#libs/store/sealer-in-force.js';
import { openDb, type Db } from '#libs/store/db.js';
import type { Actor } from '#libs/store/events.js';

export interface TestDatabase {
  db: Db;
  url: string;
  sealer: Sealer;
  drop(): Promise<void>;
}

export const tester: Actor = { id: null, name: 'test' };

/**
 * Makes the database that those of all tests are copies of, since applying every migration takes seconds; names it in BERTH_TEST_TEMPLATE.
 * Gives how to remove it.
 */
export async function makeTemplate(): Promise<() => Promise<void>> {
  const { server, name, url } = await create('');
  const program = fileURLToPath(new URL('../../infra/migrate.mjs', import.meta.url));
  // In a process of its own: what is connected to a database keeps it from being copied.
  await promisify(execFile)(process.execPath, [program], { env: { ...process.env, DATABASE_URL: url } });
  process.env.BERTH_TEST_TEMPLATE = name;
  return () => onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
}

/** A database of its own on the real server named by DATABASE_URL, with all migrations applied. */
export async function freshDatabase(): Promise<TestDatabase> {
  const { server, name, url } = await create(`TEMPLATE ${process.env.BERTH_TEST_TEMPLATE}`);
  const sealer = new Sealer(randomBytes(32).toString('base64'));
  useSealer(sealer);
  const db = openDb(url);
  return {
    db,
    url,
    sealer,
    async drop() {
      await db.$disconnect();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

async function create(how: string): Promise<{ server: string; name: string; url: string }> {
  const server = process.env.DATABASE_URL;
  if (server === undefined) throw new Error('DATABASE_URL is not set; run these tests as project "it".');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name} ${how}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  return { server, name, url: url.href };
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

let counter = 0;

/** A team with one app. */
export async function makeApp(db: Db): Promise<{ teamId: string; appId: string; name: string }> {
  counter += 1;
  const name = `app${counter}-${randomBytes(3).toString('hex')}`.replace(/^(\w+)-(\d)/, '$1-a$2');
  const team = await db.team.create({ data: { slug: `team-${name}`, name } });
  const app = await db.app.create({ data: { teamId: team.id, name } });
  return { teamId: team.id, appId: app.id, name };
}
