import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bundleFile, openBundle } from '../steps/open-bundle.mjs';
import { bundledApt, bundledNpm, bundlePlace } from './bundle-place.mjs';
import { candidates, npmMirror } from './mirrors.mjs';
import { run } from './run.mjs';

let work;
let home;
beforeEach(async () => {
  work = await mkdtemp(join(tmpdir(), 'berth-bundle-'));
  home = join(work, 'home');
  await mkdir(home);
});
afterEach(() => rm(work, { recursive: true, force: true }));

async function bundleOf(facts) {
  const from = join(work, 'from');
  for (const name of ['npm-cache', 'debs', 'tools/caddy-1'])
    await mkdir(join(from, name), { recursive: true });
  await writeFile(join(from, 'debs', 'Packages'), '');
  await writeFile(join(from, 'tools', 'caddy-1', 'caddy'), 'program');
  await writeFile(join(from, 'bundle.json'), JSON.stringify(facts));
  const file = join(work, 'bundle.tar');
  await run('tar', ['-cf', file, '-C', from, 'npm-cache', 'debs', 'tools', 'bundle.json']);
  return file;
}

describe('an offline bundle', () => {
  it('is unpacked once, its programs are there, and npm and apt are sent to it alone', async () => {
    const file = await bundleOf({ format: 1, arch: process.arch, made: 'then', stacks: { base: 'x:1' } });
    expect(await candidates('npm', home, {})).toEqual([null]);
    expect(await openBundle(home, file)).toBe('made then');
    expect(await openBundle(home, file)).toBe('already there');
    expect(await run('cat', [join(home, 'tools', 'caddy-1', 'caddy')])).toBe('program');
    const [first, ...others] = await candidates('npm', home, {});
    expect(npmMirror(first)).toEqual(await bundledNpm(home));
    expect(others).toEqual([null]);
    expect((await bundledApt(home)).join(' ')).toContain(bundlePlace(home).debs);
  });

  it.each([
    ['of another processor', { format: 1, arch: 'mips', stacks: {} }, /is for mips/],
    ['of another version', { format: 0, arch: process.arch }, /no bundle of this version/],
  ])('%s is refused', async (_, facts, words) => {
    await expect(openBundle(home, await bundleOf(facts))).rejects.toThrow(words);
  });

  it('that lost its end on the way is refused, wherever it broke off, and leaves nothing behind', async () => {
    const file = await bundleOf({ format: 1, arch: process.arch, stacks: {} });
    const whole = await readFile(file);
    // Between two entries, where tar sees nothing amiss, and within one.
    for (const end of [whole.indexOf('bundle.json'), whole.indexOf('program') + 3]) {
      await writeFile(file, whole.subarray(0, end));
      await expect(openBundle(home, file)).rejects.toThrow(/no whole bundle/);
      expect(await readdir(home)).toEqual([]);
    }
  });

  it('that is not there, or no archive, is refused by its name', async () => {
    await expect(openBundle(home, join(work, 'none.tar'))).rejects.toThrow(/There is no bundle/);
    await writeFile(join(work, 'half.tar'), 'no tar');
    await expect(openBundle(home, join(work, 'half.tar'))).rejects.toThrow(/no whole bundle/);
    expect(() => bundleFile(['--bundle'])).toThrow(/names no file/);
    expect(bundleFile([], { BERTH_BUNDLE: '/a.tar' })).toBe('/a.tar');
  });
});
