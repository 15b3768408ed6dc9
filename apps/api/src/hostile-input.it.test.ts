import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openApiFile } from './paths.js';
import { makeUser, openApi, type TestApi } from './testing/api.js';
import { teamWithEverything, type TestTeam } from './testing/team-with-everything.js';

interface Operation {
  parameters?: { in: string; name: string }[];
}

/** Bodies that are right, for the routes that take one. */
const bodies: Record<string, object> = {
  'POST /v1/session': { email: 'jo@example.org', password: 'some password' },
  'PATCH /v1/session/password': { current: 'some password', next: 'another password' },
  'POST /v1/tokens': { name: 'one', scopes: ['read'], team: 'team', expiresInDays: 3 },
  'POST /v1/logins': { machine: 'one', client: 'berth 1' },
  'POST /v1/logins/token': { secret: 'hush' },
  'POST /v1/teams': { slug: 'other-team', name: 'Other' },
  'PATCH /v1/teams/{team}': { name: 'Other' },
  'PATCH /v1/teams/{team}/quota': { apps: 5, memoryMb: 512 },
  'POST /v1/teams/{team}/members': { email: 'jo@example.org', role: 'viewer', name: 'Jo' },
  'POST /v1/teams/{team}/invitations': { email: 'jo@example.org', role: 'viewer' },
  'POST /v1/invitations/look': { secret: 'hush' },
  'POST /v1/invitations/accept': { secret: 'hush', name: 'Jo', password: 'some password' },
  'POST /v1/apps': { name: 'other-app', team: 'team' },
  'PATCH /v1/apps/{app}': { healthPath: '/live', scale: { web: 1 }, limits: { cpus: 1 }, graceSeconds: 1 },
  'PATCH /v1/apps/{app}/config': { vars: { COLOUR: 'blue' } },
  'PATCH /v1/apps/{app}/previews/config': { vars: { COLOUR: 'blue' } },
  'POST /v1/apps/{app}/deployments': { image: 'nginx:1', message: 'why' },
  'PUT /v1/apps/{app}/split': { release: 3, percent: 10 },
  'POST /v1/apps/{app}/jobs': { task: { command: ['true'] }, retries: 1, timeoutSeconds: 60 },
  'POST /v1/apps/{app}/cron/run': { name: 'tidy' },
  'POST /v1/apps/{app}/domains': { name: 'www.example.org' },
  'POST /v1/apps/{app}/drains': { url: 'https://192.0.2.1/in' },
  'POST /v1/apps/{app}/webhooks': { url: 'https://192.0.2.1/in', kinds: ['deployment.status'] },
  'POST /v1/teams/{team}/webhooks': { url: 'https://192.0.2.1/in', kinds: ['deployment.status'] },
  'PUT /v1/apps/{app}/connection': { url: 'https://192.0.2.1/in.git', branch: 'main' },
};

/** What no field, and no part of an address, is for. */
const wrong: unknown[] = [null, [], { constructor: 1 }];
const odd = ['a%00', '%ff'];
const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

/** The body with each of its values replaced in turn, and with each of its texts made one that Postgres cannot keep. */
function* spoilt(value: unknown): Generator<unknown> {
  yield* wrong;
  if (typeof value === 'string') yield `${value}\u0000`;
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value))
    for (const other of spoilt(inner))
      yield Array.isArray(value) ? value.with(Number(key), other) : { ...value, [key]: other };
}

let api: TestApi;
let team: TestTeam;
let token: string;
let operations: [route: string, operation: Operation][];

beforeAll(async () => {
  api = await openApi();
  const { db } = api.database;
  team = await teamWithEverything(api, (await db.host.create({ data: { name: 'here' } })).id, 3);
  token = (await makeUser(db, [{ teamId: team.teamId, role: 'owner' }], { admin: true })).token;
  const document = JSON.parse(await readFile(openApiFile, 'utf8')) as {
    paths: Record<string, Record<string, Operation>>;
  };
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]): [string, Operation] => [
      `${method.toUpperCase()} ${path}`,
      operation,
    ]),
  );
});
afterAll(() => api.close());

type Asked = [method: string, path: string, body?: string];

/** Those of the requests whose answer is that Berth itself is at fault. */
async function faults(requests: Asked[]): Promise<string[]> {
  const found: string[] = [];
  const left = [...requests];
  const ask = async (): Promise<void> => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      const [method, path, body] = one;
      const typed = { 'content-type': 'application/json', 'idempotency-key': randomUUID() };
      const headers = { authorization: `Bearer ${token}`, ...(body !== undefined && typed) };
      const answer = await fetch(`${api.url}${path}`, {
        method,
        headers,
        ...(body !== undefined && { body }),
      });
      if (answer.status === 500) found.push(`${method} ${path} ${body?.slice(0, 200) ?? ''}`);
      // A live stream has no end.
      await answer.body?.cancel();
    }
  };
  await Promise.all(Array.from({ length: 8 }, ask));
  return found;
}

const own = (path: string): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => (team.ids as Record<string, string>)[name] ?? 'x');

describe('whatever a request says, it is no fault of Berth’s', () => {
  it('in its path', async () => {
    const asked = operations.flatMap(([route]) => {
      const [method = '', path = ''] = route.split(' ');
      const parts = [...path.matchAll(/\{\w+\}/g)].map(([part]) => part);
      const body: [string] | [] = method === 'GET' ? [] : ['{}'];
      return parts.flatMap((part) =>
        odd.map((text): Asked => [method, own(path.replace(part, text)), ...body]),
      );
    });
    expect(await faults(asked)).toEqual([]);
  });

  it('in its query', async () => {
    const asked = operations
      .filter(([route]) => route.startsWith('GET'))
      .flatMap(([route, { parameters = [] }]) => {
        const path = own(route.slice('GET '.length));
        const names = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
        return names.flatMap((name) =>
          [...odd, `1&${name}=2`].map((text): Asked => ['GET', `${path}?${name}=${text}`]),
        );
      });
    expect(await faults(asked)).toEqual([]);
  });

  it('in its body', async () => {
    const asked = Object.entries(bodies).flatMap(([route, body]) => {
      const [method = '', path = ''] = route.split(' ');
      return [...spoilt(body)].map((one): Asked => [method, own(path), JSON.stringify(one)]);
    });
    const nested: Asked[] = [deep, `{"deep":${deep}}`].map((body) => ['POST', '/v1/tokens', body]);
    expect(await faults([...asked, ...nested])).toEqual([]);
  });
});
