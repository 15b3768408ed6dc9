import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Global, Module, type DynamicModule, type Type } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_PIPE, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { pino } from 'pino';
import { AccessGuard } from '#libs/access/access.guard.js';
import { AccessModule } from '#libs/access/access.module.js';
import { newTokenSecret } from '#libs/access/secrets.js';
import { envSchema, type Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import type { Role, Scope } from '#libs/core/roles.js';
import { NoticeListener } from '#libs/store/listener.js';
import { DB, LISTENER, SEALER } from '#libs/store/store.module.js';
import { createToken } from '#libs/store/tokens.js';
import { freshDatabase, tester, type TestDatabase } from '../../../../../test/support/database.js';
import { ProblemFilter } from '../../http/problem.filter.js';
import { SchemaPipe } from '../../http/schema.pipe.js';
import { LOG } from '../../log.js';

/** A small api with real Postgres, for tests of the doors: what stands around the modules under test, and nothing else. */
export interface TestDoor {
  url: string;
  port: number;
  home: string;
  env: Env;
  database: TestDatabase;
  app: NestExpressApplication;
  /** A user with a token; `team` null: a member of no team. */
  user(options?: { role?: Role; scopes?: Scope[]; team?: { id: string } | null }): Promise<TestUser>;
  team(slug?: string): Promise<{ id: string; slug: string }>;
  close(): Promise<void>;
}

export interface TestUser {
  id: string;
  token: string;
  team: { id: string; slug: string };
}

export async function openDoor(modules: Type[], settings: Record<string, string> = {}): Promise<TestDoor> {
  const database = await freshDatabase();
  const home = await mkdtemp(join(tmpdir(), 'berth-home-'));
  const env = envSchema.parse({
    BERTH_HOME: home,
    BERTH_RUN_DIR: home,
    BERTH_ID: 'abc123',
    BERTH_API_PORT: '1',
    BERTH_ACTIVATOR_PORT: '1',
    BERTH_TRAEFIK_PORT: '1',
    DATABASE_URL: database.url,
    REDIS_URL: 'redis://127.0.0.1:1',
    DOCKER_HOST: 'unix:///nowhere',
    BERTH_REGISTRY: '127.0.0.1:1',
    BERTH_SECRET_KEY: randomBytes(32).toString('base64'),
    ...settings,
  });
  const listener = new NoticeListener(database.url);
  await listener.open();
  const app = await NestFactory.create<NestExpressApplication>(rootModule(modules, env, database, listener), {
    bodyParser: false,
    logger: ['error', 'warn'],
    abortOnError: false,
  });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const { db } = database;
  let counter = 0;
  const team = (slug = `team-x${randomBytes(4).toString('hex')}`) =>
    db.team.create({ data: { slug, name: slug }, select: { id: true, slug: true } });
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    home,
    env,
    database,
    app,
    team,
    async user(options: Parameters<TestDoor['user']>[0] = {}) {
      const { role = 'owner', scopes = ['admin' as Scope], team: given } = options;
      counter += 1;
      const row = await db.user.create({ data: { email: `u${counter}@example.org`, name: `U${counter}` } });
      const own = given ? await db.team.findUniqueOrThrow({ where: { id: given.id } }) : await team();
      if (given !== null) await db.member.create({ data: { teamId: own.id, userId: row.id, role } });
      const { token, prefix, hash } = newTokenSecret();
      await createToken(
        db,
        { userId: row.id, teamId: null, name: 'test', prefix, secretHash: hash, scopes, expiresAt: null },
        tester,
      );
      return { id: row.id, token, team: own };
    },
    async close() {
      await app.close();
      await listener.close();
      await database.drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function rootModule(
  modules: Type[],
  env: Env,
  { db, sealer }: TestDatabase,
  listener: NoticeListener,
): DynamicModule {
  @Global()
  @Module({
    providers: [
      { provide: ENV, useValue: env },
      { provide: DB, useValue: db },
      { provide: LISTENER, useValue: listener },
      { provide: SEALER, useValue: sealer },
      { provide: LOG, useValue: pino({ level: process.env.LOG_LEVEL ?? 'silent' }) },
    ],
    exports: [ENV, DB, LISTENER, SEALER, LOG],
  })
  class PartsModule {}

  @Module({})
  class RootModule {}
  return {
    module: RootModule,
    imports: [PartsModule, AccessModule, ...modules],
    providers: [
      { provide: APP_GUARD, useExisting: AccessGuard },
      { provide: APP_PIPE, useClass: SchemaPipe },
      { provide: APP_FILTER, useClass: ProblemFilter },
    ],
  };
}
