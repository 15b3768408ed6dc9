import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { hashPassword } from '#libs/access/passwords.js';
import { newTokenSecret } from '#libs/access/secrets.js';
import type { Role, Scope } from '#libs/core/roles.js';
import { transaction, type Db } from '#libs/store/db.js';
import { createToken } from '#libs/store/tokens.js';
import { ContractCheck } from './contract-check.js';
import { freshDatabase, tester, type TestDatabase } from '../../../../test/support/database.js';

/** The whole api on a port of its own, with a real Postgres and Redis behind it. */
export interface TestApi {
  url: string;
  home: string;
  database: TestDatabase;
  app: NestExpressApplication;
  close(): Promise<void>;
}

export const password = 'a long enough password';
let passwordHash: Promise<string> | null = null;

/** @param options `databasePort`: reach Postgres there, by a link that the test may cut. */
export async function openApi(options: { databasePort?: number } = {}): Promise<TestApi> {
  const database = await freshDatabase();
  const databaseUrl = new URL(database.url);
  if (options.databasePort !== undefined) databaseUrl.port = String(options.databasePort);
  const home = await mkdtemp(join(tmpdir(), 'berth-api-'));
  Object.assign(process.env, {
    BERTH_HOME: home,
    BERTH_RUN_DIR: home,
    BERTH_ID: `t${randomBytes(3).toString('hex').slice(0, 5)}`,
    BERTH_PORT: '8080',
    BERTH_API_PORT: '1',
    BERTH_ACTIVATOR_PORT: '1',
    BERTH_TRAEFIK_PORT: '1',
    BERTH_SECRET_KEY: randomBytes(32).toString('base64'),
    DATABASE_URL: databaseUrl.href,
    LOG_LEVEL: process.env.LOG_LEVEL ?? 'fatal',
  });
  const { createApp } = await import('../create-app.js');
  const app = await createApp();
  app.useGlobalInterceptors(new ContractCheck());
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    home,
    database,
    app,
    async close() {
      await app.close();
      await database.drop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export interface TestUser {
  id: string;
  email: string;
  /** All that the user may. */
  token: string;
}

let counter = 0;

/** A user with the known password and a token with scope `admin`, with these roles. */
export async function makeUser(
  db: Db,
  roles: { teamId: string; role: Role }[] = [],
  options: { admin?: boolean } = {},
): Promise<TestUser> {
  passwordHash ??= hashPassword(password);
  const email = `user${(counter += 1)}-${randomBytes(3).toString('hex')}@example.org`;
  const user = await db.user.create({
    data: {
      email,
      name: email,
      passwordHash: await passwordHash,
      admin: options.admin ?? false,
      members: { create: roles },
    },
  });
  return { id: user.id, email, token: await makeToken(db, user.id) };
}

/** A token of a user. */
export async function makeToken(
  db: Db,
  userId: string,
  options: { scopes?: Scope[]; teamId?: string | null; expiresAt?: Date | null; revoked?: boolean } = {},
): Promise<string> {
  const { token, prefix, hash } = newTokenSecret();
  const row = await transaction(db, (tx) =>
    createToken(
      tx,
      {
        userId,
        teamId: options.teamId ?? null,
        name: 'test',
        prefix,
        secretHash: hash,
        scopes: options.scopes ?? ['admin'],
        expiresAt: options.expiresAt ?? null,
      },
      tester,
    ),
  );
  if (options.revoked) await db.token.update({ where: { id: row.id }, data: { revokedAt: new Date() } });
  return token;
}
