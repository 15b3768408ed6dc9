import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { migrate } from '../../infra/migrate.mjs';
import { Sealer } from '#libs/secrets/seal.js';
import { useSealer } from '#libs/store/config-vars.js';
import { openDb, type Db } from '#libs/store/db.js';
import type { Actor } from '#libs/store/events.js';

export interface TestDatabase {
  db: Db;
  url: string;
  sealer: Sealer;
  drop(): Promise<void>;
}

export const tester: Actor = { id: null, name: 'test' };

/** A database of its own on the real server named by DATABASE_URL, with all migrations applied. */
export async function freshDatabase(): Promise<TestDatabase> {
  const server = process.env.DATABASE_URL;
  if (server === undefined) throw new Error('DATABASE_URL is not set; run these tests as project "it".');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await onServer(server, `CREATE DATABASE ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  await migrate(url.href);
  const sealer = new Sealer(randomBytes(32).toString('base64'));
  useSealer(sealer);
  const db = openDb(url.href);
  return {
    db,
    url: url.href,
    sealer,
    async drop() {
      await db.$disconnect();
      await onServer(server, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
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
