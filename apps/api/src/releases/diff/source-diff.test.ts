import { describe, expect, it } from 'vitest';
import { memoryTree } from '#libs/core/snapshot-tree.js';
import { diffSources } from './source-diff.js';

const compare = (before: Record<string, string | Uint8Array>, after: Record<string, string | Uint8Array>) =>
  diffSources(memoryTree(before), memoryTree(after));

describe('the difference between two sources', () => {
  it('lists what was added, removed and changed, with lines, and nothing that is the same', async () => {
    const { files, more } = await compare(
      { 'same.js': 'x\n', 'old.js': 'gone\n', 'server.js': 'one\ntwo\n' },
      { 'same.js': 'x\n', 'new.js': 'here\n', 'server.js': 'one\n2\n' },
    );
    expect(more).toBe(0);
    expect(
      files.map(({ path, kind, linesAdded, linesRemoved }) => [path, kind, linesAdded, linesRemoved]),
    ).toEqual([
      ['new.js', 'added', 1, 0],
      ['old.js', 'removed', 0, 1],
      ['server.js', 'changed', 1, 1],
    ]);
    expect(files[2]?.patch).toBe('@@ -1,2 +1,2 @@\n one\n-two\n+2');
  });

  it('names files that are no text, or too large, without lines', async () => {
    const { files } = await compare(
      { 'logo.png': new Uint8Array([0, 1]), 'big.txt': 'a'.repeat(200_000) },
      { 'logo.png': new Uint8Array([0, 2]), 'big.txt': 'b'.repeat(200_000) },
    );
    expect(files.map(({ path, patch, linesAdded }) => [path, patch, linesAdded])).toEqual([
      ['big.txt', null, null],
      ['logo.png', null, null],
    ]);
  });

  it('cuts a long list and says how many more there are', async () => {
    const many = Object.fromEntries(Array.from({ length: 210 }, (_, index) => [`f${index}`, 'x']));
    const { files, more } = await compare({}, many);
    expect([files.length, more]).toEqual([200, 10]);
    expect(files.filter(({ patch }) => patch !== null)).toHaveLength(50);
  });
});
