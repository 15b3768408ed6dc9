import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { candidates, readMirrors, throughMirrors } from './mirrors.mjs';

let home;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-mirrors-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe('BERTH_MIRRORS', () => {
  it('lists mirrors by kind, in order', () => {
    expect(readMirrors('npm=https://a.test, https://b.test ; debian=http://c.test/debian;')).toEqual({
      npm: ['https://a.test', 'https://b.test'],
      debian: ['http://c.test/debian'],
    });
  });

  it.each(['npm', 'npm=', 'npm=ftp://a.test', 'gems=https://a.test', 'https://a.test'])(
    'that says %j is refused, with how to write it',
    (text) => expect(() => readMirrors(text)).toThrow(/BERTH_MIRRORS.*Write it as in/s),
  );
});

it('what the builder ranked goes before what the settings say, and the host’s own is first in these', async () => {
  const env = { BERTH_MIRRORS: 'npm=https://a.test' };
  expect(await candidates('npm', home, env)).toEqual([null, 'https://a.test']);
  expect(await candidates('pypi', home, env)).toEqual([null]);
  await writeFile(join(home, 'registries.json'), JSON.stringify({ mirrors: { npm: ['https://kept.test'] } }));
  expect(await candidates('npm', home, {})).toEqual([null, 'https://kept.test']);
  await writeFile(join(home, 'mirrors.json'), JSON.stringify({ npm: ['https://b.test', 'default'] }));
  expect(await candidates('npm', home, env)).toEqual(['https://b.test', null]);
});

it('tries one after the other, and complains about the first when none serves', async () => {
  const tried = [];
  const attempt = (works) => async (url) => {
    tried.push(url);
    if (url !== works) throw new Error(`${url} failed`);
    return `from ${url}`;
  };
  expect(await throughMirrors([null, 'a', 'b'], attempt('a'))).toBe('from a');
  expect(tried).toEqual([null, 'a']);
  await expect(throughMirrors([null, 'a'], attempt('z'))).rejects.toThrow('null failed');
});
