import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pack, type Header } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { packPath } from './pack.js';
import { placeOf, Unpacker } from './unpack.js';

let folder = '';
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'berth-cp-'))));
afterEach(() => rm(folder, { recursive: true, force: true }));

type Entry = Partial<Header> & { name: string; text?: string };

/** Sends an archive of these entries to an unpacker, in small pieces. */
async function unpack(entries: Entry[], base = 'data', target = join(folder, 'here')): Promise<Unpacker> {
  const archive = pack();
  for (const { text, ...header } of entries) archive.entry(header, text ?? '');
  archive.finalize();
  const unpacker = new Unpacker(base, target);
  for await (const chunk of archive as AsyncIterable<Buffer>)
    for (let from = 0; from < chunk.length; from += 100)
      await unpacker.write(chunk.subarray(from, from + 100));
  await unpacker.end();
  return unpacker;
}

describe('what an instance sends', () => {
  it('becomes files and folders below what was asked for, whole', async () => {
    const text = 'x'.repeat(200_000);
    const unpacker = await unpack([
      { name: './data/', type: 'directory' },
      { name: './data/a/b.txt', text },
      { name: './data/run', mode: 0o755, text: 'go' },
    ]);
    expect(await readFile(join(folder, 'here/a/b.txt'), 'utf8')).toBe(text);
    expect(unpacker).toMatchObject({ files: 2, skipped: [] });
  });

  it('is refused when it is something else, and cannot leave its place', async () => {
    const names = ['../evil', '/etc/evil', 'data/../../evil', 'other/x', 'data/a/../../../evil', 'data//x'];
    for (const name of names) {
      expect(placeOf(name, 'data'), name).toBeNull();
      await expect(unpack([{ name, text: 'evil' }]), name).rejects.toThrow();
    }
    expect(existsSync(join(folder, 'evil'))).toBe(false);
  });

  it('writes through no link: not through one that it brings, nor through one that lies here', async () => {
    const unpacker = await unpack([
      { name: 'data/out', type: 'symlink', linkname: folder },
      { name: 'data/hard', type: 'link', linkname: '/etc/passwd' },
      { name: 'data/pipe', type: 'fifo' },
      { name: 'data/out/evil', text: 'evil' },
    ]);
    expect(unpacker.skipped).toEqual(['data/out', 'data/hard', 'data/pipe']);
    expect(existsSync(join(folder, 'evil'))).toBe(false);
    await writeFile(join(folder, 'mine'), 'mine');
    await symlink(join(folder, 'mine'), join(folder, 'link'));
    await expect(unpack([{ name: 'data', text: 'evil' }], 'data', join(folder, 'link'))).rejects.toThrow();
    expect(await readFile(join(folder, 'mine'), 'utf8')).toBe('mine');
    await mkdir(join(folder, 'into'));
    await symlink(folder, join(folder, 'into/away'));
    for (const name of ['data/away/evil', 'data/away/evil/deep'])
      await expect(unpack([{ name, text: 'evil' }], 'data', join(folder, 'into'))).rejects.toThrow(
        'no folder',
      );
    expect(existsSync(join(folder, 'evil'))).toBe(false);
  });
});

describe('what is sent to an instance', () => {
  it('comes out as it was, under the name that was asked for, without links', async () => {
    await mkdir(join(folder, 'from/sub'), { recursive: true });
    await writeFile(join(folder, 'from/sub/file'), 'y'.repeat(100_000));
    await writeFile(join(folder, 'from/empty'), '');
    await symlink('/etc/passwd', join(folder, 'from/link'));
    const unpacker = new Unpacker('named', join(folder, 'to'));
    const packed = { files: 0, skipped: 0 };
    for await (const chunk of packPath(join(folder, 'from'), 'named', packed)) await unpacker.write(chunk);
    await unpacker.end();
    expect(packed).toEqual({ files: 2, skipped: 1 });
    expect(await readFile(join(folder, 'to/sub/file'), 'utf8')).toBe('y'.repeat(100_000));
    expect(await readFile(join(folder, 'to/empty'), 'utf8')).toBe('');
    expect(unpacker).toMatchObject({ files: 2, skipped: [] });
  });
});
