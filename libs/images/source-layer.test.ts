import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { byPath, type SnapshotTree } from '#libs/core/snapshot-tree.js';
import { inputIds, type ContextInput } from './context-tar.js';
import { entriesOf, plannedEntries, sourceLayer } from './source-layer.js';

interface File {
  content: string;
  kind: 'file' | 'symlink';
  executable: boolean;
}

function contextOf(files: Record<string, File>): ContextInput {
  const tree: SnapshotTree = {
    entries: Object.entries(files)
      .map(([path, { content, kind, executable }]) => ({
        path,
        kind,
        executable: kind === 'file' && executable,
        size: kind === 'file' ? Buffer.byteLength(content) : 0,
        target: kind === 'symlink' ? content : null,
        contentId: kind === 'file' ? `id of ${content}` : null,
      }))
      .sort(byPath),
    async *open(path) {
      await Promise.resolve();
      yield Buffer.from(files[path]?.content ?? '');
    },
    async close() {},
  };
  return {
    tree,
    sourceFolder: 'app',
    extraFiles: {},
    ignored: () => false,
    modifiedAt: new Date('2026-01-02T03:04:05Z'),
    limits: { maxBytes: 1e6, maxFiles: 100 },
  };
}

const name = fc.stringMatching(/^[a-zé ]{1,40}$/).filter((text) => text.trim() !== '');
const file = fc.record<File>({
  content: fc.string({ minLength: 1, maxLength: 30 }).filter((text) => !text.includes('\0')),
  kind: fc.constantFrom('file', 'symlink'),
  executable: fc.boolean(),
});
/** Folders end in a digit and files do not, so that no path is both. */
const sources = fc.dictionary(
  fc
    .tuple(fc.array(name, { maxLength: 4 }), name)
    .map(([folders, last]) => [...folders.map((each) => `${each}1`), last].join('/')),
  file,
  { minKeys: 1, maxKeys: 8 },
);

describe('the layer of a source', () => {
  it('holds what is foretold of its files’ ids, whatever they are', async () => {
    await fc.assert(
      fc.asyncProperty(sources, async (files) => {
        const context = contextOf(files);
        const layer = await sourceLayer(context, 'srv/app');
        const found = await entriesOf(layer.open() as Buffer);
        expect(found).toEqual(plannedEntries(inputIds(context) ?? {}, 'srv/app'));
      }),
      { numRuns: 40 },
    );
  });

  it('is the same bytes for the same source', async () => {
    const files = { 'a b/c': { content: 'x', kind: 'file', executable: true } } as const;
    const [one, other] = [
      await sourceLayer(contextOf(files), 'app'),
      await sourceLayer(contextOf(files), 'app'),
    ];
    expect(one.digest).toBe(other.digest);
    expect(one.diffId).not.toBe(one.digest);
  });

  it('is no copy of a source with a whiteout, a device or a hard link in it', async () => {
    for (const header of [
      { name: 'app/.wh.gone' },
      { name: 'app/null', type: 'character-device' as const },
      { name: 'app/b', type: 'link' as const, linkname: 'app/a' },
    ]) {
      const tar = pack();
      tar.entry(header, '');
      tar.finalize();
      const bytes: Buffer[] = [];
      for await (const chunk of tar) bytes.push(chunk as Buffer);
      expect(await entriesOf(gzipSync(Buffer.concat(bytes)))).toBeNull();
    }
    expect(await entriesOf(Buffer.from('no gzip'))).toBeNull();
  });
});
