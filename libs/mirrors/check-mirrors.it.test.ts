import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freshDatabase, tester, type TestDatabase } from '../../test/support/database.js';
import { mirrorRows, setMirrors } from '#libs/store/mirrors.js';
import { checkMirrors } from './check-mirrors.js';
import { PlayedMirrors } from './testing/played-mirrors.js';

let database: TestDatabase;
let home: string;
const mirrors = new PlayedMirrors();
beforeAll(async () => {
  database = await freshDatabase();
  home = await mkdtemp(join(tmpdir(), 'berth-mirrors-'));
});
afterAll(async () => {
  await mirrors.close();
  await database.drop();
  await rm(home, { recursive: true, force: true });
});

it('puts mirrors that answer first, says why each of the others is last, and leaves the order for infra', async () => {
  const { dead } = mirrors;
  const [silent, garbage, dying, good, alsoGood] = await Promise.all([
    mirrors.silent(),
    mirrors.garbage(),
    mirrors.dying(),
    mirrors.good(),
    mirrors.good(),
  ]);
  const given = [dead, silent, garbage, 'default', dying, good, alsoGood];
  await setMirrors(database.db, 'npm', given, tester);
  const lists = await checkMirrors(database.db, home, { kinds: ['npm'], timeoutMs: 1_000 });
  const npm = lists.find(({ kind }) => kind === 'npm');
  // Nothing says where the host's own is, so it was not asked and keeps its place among those that are not known to be bad.
  expect(npm?.places.map(({ name }) => name)).toEqual([
    'default',
    good,
    alsoGood,
    dead,
    silent,
    garbage,
    dying,
  ]);
  const whyNot = new Map(npm?.places.map(({ name, row }) => [name, row?.error]));
  expect(whyNot.get(dead)).toMatch(/refused/);
  expect(whyNot.get(silent)).toMatch(/no (?:whole )?answer in 1 s/);
  expect(whyNot.get(garbage)).toMatch(/no such registry answers/);
  expect(whyNot.get(dying)).toMatch(/broke/);
  expect(whyNot.get(good)).toBeNull();
  expect(JSON.parse(await readFile(join(home, 'mirrors.json'), 'utf8'))).toEqual({
    npm: npm?.places.map(({ name }) => name),
  });
});

it('asks what the host names where nobody gave a list, and keeps counts of those that stay when a list is given', async () => {
  const [own, other, third] = await Promise.all([mirrors.good(), mirrors.garbage(), mirrors.good()]);
  await writeFile(
    join(home, 'registries.json'),
    JSON.stringify({ defaults: { npm: own }, mirrors: { npm: [other, third] } }),
  );
  await setMirrors(database.db, 'npm', [], tester);
  const check = () => checkMirrors(database.db, home, { kinds: ['npm'] });
  const first = (await check()).find(({ kind }) => kind === 'npm');
  expect(first?.listed).toBe(false);
  expect(first?.places.map(({ name }) => name)).toEqual(['default', third, other]);
  await setMirrors(database.db, 'npm', [third, 'default'], tester);
  const second = (await check()).find(({ kind }) => kind === 'npm');
  expect(second?.listed).toBe(true);
  expect(second?.places.map(({ name, row }) => [name, row?.checks, row?.checksOk])).toEqual([
    [third, 2, 2],
    ['default', 2, 2],
  ]);
  // What is on no list any more is forgotten.
  expect((await mirrorRows(database.db, 'npm')).map(({ url }) => url).sort()).toEqual(
    ['default', third].sort(),
  );
});
