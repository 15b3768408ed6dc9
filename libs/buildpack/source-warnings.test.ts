import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byPath, memoryTree, type SnapshotTree } from '#libs/core/snapshot-tree.js';
import { APP, planOf } from './plan-of.js';
import { planSource } from './plan-source.js';
import { sourceWarnings } from './source-warnings.js';

/** A tree of links by path, and of plain files. */
function treeOf(links: Record<string, string>, files: string[] = []): SnapshotTree {
  const tree = memoryTree(Object.fromEntries(files.map((path) => [path, ''])));
  const made = Object.entries(links).map(([path, target]) => ({
    ...{ path, target, kind: 'symlink' as const },
    ...{ executable: false, size: 0, contentId: null },
  }));
  return { ...tree, entries: [...tree.entries, ...made].sort(byPath) };
}

describe('what is odd about a source', () => {
  it('is told in the plan: two files that are one on other systems', async () => {
    const plan = await planOf({
      'index.html': '',
      'Bild.png': 'a',
      'bild.png': 'b',
      'é.txt': '',
      'e\u0301.txt': '',
    });
    expect(plan.warnings.join('\n')).toMatch(/Bild\.png and bild\.png differ only in .* Rename one of them/);
    expect(plan.warnings).toHaveLength(2);
  });

  it.each([
    ['to itself', { loop: 'loop' }, 'loop → loop'],
    ['to one that leads back', { a: 'b/../c', c: 'd', d: 'a' }, 'a → c → d → a'],
    ['into itself', { 'd/a': 'a/b' }, 'd/a → d/a/b → d/a'],
    ['up to a folder that is a link below it', { 'x/a': '../y', y: 'x/a' }, 'x/a → y → x/a'],
  ])('is a link %s, with the way that it leads', (_, links, way) => {
    const warnings = sourceWarnings(treeOf(links as unknown as Record<string, string>));
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain(`(${way}): whatever opens it fails. Point it at a file, or remove it.`);
  });

  it('is not a link that ends somewhere, be it at nothing', () => {
    expect(sourceWarnings(treeOf({ a: 'b', b: 'c', 'd/e': '../a', gone: 'nothing' }, ['c']))).toEqual([]);
  });

  it('is found in any tangle of links without an end to the search, and never twice in one circle', () => {
    const name = fc.constantFrom('a', 'b', 'c', 'd');
    fc.assert(
      fc.property(fc.dictionary(name, fc.array(name, { minLength: 1, maxLength: 3 })), (tangle) => {
        const links = Object.fromEntries(Object.entries(tangle).map(([path, to]) => [path, to.join('/')]));
        const warnings = sourceWarnings(treeOf(links));
        const starts = warnings.map((warning) => warning.split(' ')[0]);
        expect(new Set(starts).size).toBe(starts.length);
      }),
    );
  });

  it('is a pointer of Git LFS where a file should be', async () => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`;
    const files = { 'index.html': '', 'a.txt': 'x'.repeat(130), 'film.mp4': pointer };
    const attributes = { '.gitattributes': '*.mp4 filter=lfs diff=lfs merge=lfs -text\n' };
    expect((await planOf(files)).warnings).toEqual([]);
    expect((await planOf({ ...files, ...attributes })).warnings).toEqual([
      expect.stringMatching(/^film\.mp4 is a pointer of Git LFS .*\(berth deploy\)/),
    ]);
  });

  it.each([
    ['//npm.example/:_authToken=abc', true],
    ['a=b\n_auth = "YTpi"\n', true],
    ['//npm.example/:_authToken=${NPM_TOKEN}', false],
    ['; _authToken=abc\nregistry=https://npm.example/', false],
  ])('is a secret in .npmrc: %j', async (npmrc, told) => {
    const { warnings } = await planOf({ 'index.html': '', '.npmrc': npmrc });
    expect(warnings.join()).toEqual(told ? expect.stringContaining('.npmrc has a secret in it') : '');
  });

  it('is no warning but the end where Berth itself reads the link', async () => {
    const tree = treeOf({ 'package.json': 'package.json' }, ['server.js']);
    await expect(planSource(tree, { appId: APP, stacks: {} })).rejects.toMatchObject({
      code: 'file_is_link',
      message: expect.stringMatching(
        /^package\.json is a symbolic link .* replace the link by the file itself/,
      ),
    });
  });
});
