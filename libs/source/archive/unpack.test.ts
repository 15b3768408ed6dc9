import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  rawTarHeader,
  tarEnd,
  tarGzOf,
  tarOf,
  zipOf,
  type TestEntry,
  type TestZipEntry,
} from '../testing/archives.js';
import { ContentStore, CountingSink } from './content-store.js';
import { unpack } from './unpack.js';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-unpack-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

/** Paths and contents of an archive as Berth sees them. */
async function read(archive: Buffer): Promise<Record<string, string>> {
  const path = join(home, 'archive');
  await writeFile(path, archive);
  const store = await ContentStore.create(home);
  try {
    const { entries } = await unpack(path, store);
    await store.flush();
    const files: Record<string, string> = {};
    for (const { path, target, executable, slice } of entries) {
      const chunks: Buffer[] = [];
      if (slice) for await (const chunk of store.read(slice)) chunks.push(chunk);
      files[path] =
        target === null ? `${executable ? 'x:' : ''}${Buffer.concat(chunks).toString()}` : `-> ${target}`;
    }
    return files;
  } finally {
    await store.close();
  }
}

async function refusal(archive: Buffer): Promise<{ code: string; message: string }> {
  const path = join(home, 'archive');
  await writeFile(path, archive);
  return unpack(path, new CountingSink()).then(
    () => {
      throw new Error('It was taken.');
    },
    (error: { code: string; message: string }) => error,
  );
}

const good: TestEntry[] = [
  { name: 'app/', type: 'directory' },
  { name: 'app/package.json', content: '{}' },
  { name: 'app/bin/run', content: 'go', mode: 0o755 },
  { name: 'app/lib', type: 'symlink', linkname: 'bin' },
  { name: 'app/again', type: 'link', linkname: 'app/package.json' },
];
const goodFiles = { 'package.json': '{}', 'bin/run': 'x:go', lib: '-> bin', again: '{}' };

describe('an archive', () => {
  it('of each format gives the same files, without the folder around them', async () => {
    expect(await read(await tarOf(good))).toEqual(goodFiles);
    expect(await read(await tarGzOf(good))).toEqual(goodFiles);
    expect(
      await read(
        zipOf([
          { name: 'app/' },
          { name: 'app/package.json', content: '{}' },
          { name: 'app/bin/run', content: 'go', mode: 0o100755 },
          { name: 'app/lib', content: 'bin', mode: 0o120777 },
          { name: 'app/again', content: '{}', method: 0 },
        ]),
      ),
    ).toEqual(goodFiles);
  });

  it('keeps its folders when there is more than one, and loses what macOS adds', async () => {
    expect(
      await read(
        await tarOf([
          { name: './a/x', content: '1' },
          { name: './y', content: '2' },
        ]),
      ),
    ).toEqual({ 'a/x': '1', y: '2' });
    expect(
      await read(
        zipOf([
          { name: 'app/x', content: '1' },
          { name: '__MACOSX/app/._x', content: 'junk' },
        ]),
      ),
    ).toEqual({ x: '1' });
  });

  it('loses its .git folders, which `tar -c .` packs along', async () => {
    expect(
      await read(
        await tarOf([
          { name: './.git/', type: 'directory' },
          { name: './.git/config', content: 'secret' },
          { name: './.git/hooks/link', type: 'symlink', linkname: '/etc/passwd' },
          { name: './x', content: '1' },
          { name: './sub/.git', content: 'gitdir: elsewhere' },
          { name: './.gitignore', content: '2' },
        ]),
      ),
    ).toEqual({ x: '1', '.gitignore': '2' });
  });

  it('may have long names, names of any script, and backslashes from old Windows tools in zips', async () => {
    const long = `${'d'.repeat(90)}/${'f'.repeat(200)}`;
    expect(
      Object.keys(
        await read(
          await tarOf([
            { name: long, content: '1' },
            { name: 'ü 日', content: '2' },
          ]),
        ),
      ),
    ).toEqual([long, 'ü 日']);
    expect(
      await read(
        zipOf([
          { name: 'a\\b', content: '1' },
          { name: 'c', content: '2' },
        ]),
      ),
    ).toEqual({ 'a/b': '1', c: '2' });
  });

  it('gives every file back byte for byte, whatever they are', async () => {
    const name = fc.stringMatching(/^[a-z]{1,8}(\/[a-z]{1,8})?$/);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, fc.string({ maxLength: 2_000 }), { minKeys: 1, maxKeys: 8 }),
        async (files) => {
          const names = Object.keys(files);
          fc.pre(!names.some((one) => names.some((other) => other.startsWith(`${one}/`))));
          const expected = { zz: '', ...files };
          const entries = Object.entries(expected).map(([name, content]) => ({ name, content }));
          expect(await read(await tarGzOf(entries))).toEqual(expected);
          expect(await read(zipOf(entries))).toEqual(expected);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('leaves nothing on the disk but what it was given', async () => {
    await read(await tarOf(good));
    expect(await readdir(join(home, 'tmp'))).toEqual([]);
  });
});

describe('an attack by tar', () => {
  const attacks: [string, TestEntry[], string][] = [
    ['an absolute path', [{ name: '/etc/cron.d/x', content: 'x' }], 'absolute'],
    ['a path that climbs', [{ name: 'a/../../x', content: 'x' }], '".." part'],
    ['a folder that climbs', [{ name: '../x/', type: 'directory' }], '".." part'],
    [
      'a .git folder in other letters',
      [
        { name: 'x', content: '' },
        { name: 'sub/.GiT/config', content: 'x' },
      ],
      '.git folder',
    ],
    ['a link to an absolute path', [{ name: 'x', type: 'symlink', linkname: '/etc/passwd' }], 'outside'],
    [
      'a link that climbs',
      [
        { name: 'a', content: '' },
        { name: 'd/x', type: 'symlink', linkname: '../../x' },
      ],
      'outside',
    ],
    ['a link to nowhere', [{ name: 'x', type: 'symlink', linkname: '' }], 'nowhere'],
    [
      'a file through a link',
      [
        { name: 'd', type: 'symlink', linkname: 'e' },
        { name: 'd/x', content: 'x' },
        { name: 'e/y', content: '' },
      ],
      'no folder',
    ],
    [
      'a file through a file',
      [
        { name: 'd', content: '' },
        { name: 'd/x', content: 'x' },
      ],
      'no folder',
    ],
    [
      'a link in place of a folder',
      [
        { name: 'd/', type: 'directory' },
        { name: 'd', type: 'symlink', linkname: 'e' },
      ],
      'file and a folder',
    ],
    [
      'a file twice',
      [
        { name: 'x', content: '1' },
        { name: './x', content: '2' },
      ],
      'twice',
    ],
    ['a hard link to a file outside', [{ name: 'x', type: 'link', linkname: '/etc/shadow' }], 'hard link'],
    [
      'a hard link through a link',
      [
        { name: 'l', type: 'symlink', linkname: 'm' },
        { name: 'x', type: 'link', linkname: 'l' },
      ],
      'hard link',
    ],
    ['a named pipe', [{ name: 'x', type: 'fifo' }], 'named pipe'],
    ['a device', [{ name: 'x', type: 'character-device' }], 'a device'],
    ['a block device', [{ name: 'x', type: 'block-device' }], 'a device'],
    ['a newline in a name', [{ name: 'a\nb', content: 'x' }], 'control characters'],
    ['a path in a pax header', [{ name: 'x', content: 'x', pax: { path: '../../x' } }], '".." part'],
    [
      'a link in a pax header',
      [{ name: 'x', type: 'symlink', linkname: 'y', pax: { linkpath: '/etc' } }],
      'outside',
    ],
    ['a path too deep', [{ name: `${'d/'.repeat(70)}x`, content: 'x' }], 'deeper'],
    ['a name too long', [{ name: 'x'.repeat(300), content: 'x' }], 'longer'],
  ];
  it.each(attacks)('%s is refused and named', async (_, entries, says) => {
    const { code, message } = await refusal(await tarOf(entries));
    expect(code).toBe('source_unsafe');
    expect(message).toContain(says);
    expect(message).toContain('Take it out');
  });

  it('of a kind that nobody knows is refused', async () => {
    for (const typeflag of ['S', 'M', 'D', 'V', 'Z']) {
      const { code } = await refusal(Buffer.concat([rawTarHeader({ name: 'x', typeflag }), tarEnd]));
      expect(code).toBe('source_unsafe');
    }
  });

  it('with sizes that lie is refused and ends', async () => {
    const lies = [
      Buffer.concat([rawTarHeader({ name: 'x', typeflag: '0', size: 0o77777777777 }), tarEnd]),
      Buffer.concat([rawTarHeader({ name: 'x', typeflag: 'L', size: 0o77777777777 }), tarEnd]),
      Buffer.concat([rawTarHeader({ name: 'x', typeflag: 'x', size: 5_000_000 }), tarEnd]),
    ];
    for (const archive of lies) expect((await refusal(archive)).code).toBe('archive_damaged');
  });
});

describe('an attack by zip', () => {
  const attacks: [string, TestZipEntry[], string, string][] = [
    ['an absolute path', [{ name: '/x', content: 'x' }], 'source_unsafe', 'absolute'],
    ['a path that climbs', [{ name: '../x', content: 'x' }], 'source_unsafe', '".." part'],
    ['a path that climbs by backslashes', [{ name: '..\\x', content: 'x' }], 'source_unsafe', '".." part'],
    ['a drive', [{ name: 'C:/x', content: 'x' }], 'source_unsafe', 'drive'],
    ['a NUL in a name', [{ name: 'a\0b', content: 'x' }], 'source_unsafe', 'control characters'],
    [
      'a name that is not UTF-8',
      [{ name: Buffer.from([0x61, 0xff]), content: 'x' }],
      'source_unsafe',
      'UTF-8',
    ],
    ['a link that leaves', [{ name: 'x', content: '/etc', mode: 0o120777 }], 'source_unsafe', 'outside'],
    [
      'a link with a huge target',
      [{ name: 'x', content: 'y'.repeat(10_000), mode: 0o120777 }],
      'source_unsafe',
      'target',
    ],
    ['a device', [{ name: 'x', content: '', mode: 0o020644 }], 'source_unsafe', 'a device'],
    [
      'a file twice',
      [
        { name: 'x', content: '1' },
        { name: 'x', content: '2' },
      ],
      'source_unsafe',
      'twice',
    ],
    [
      'a file larger than it claims',
      [{ name: 'x', content: 'xxxx', claims: { size: 1 } }],
      'archive_damaged',
      'too many bytes',
    ],
    ['a wrong checksum', [{ name: 'x', content: 'x', claims: { crc: 1 } }], 'archive_damaged', 'checksum'],
    ['a password', [{ name: 'x', content: 'x', flags: 0x801 }], 'archive_unsupported', 'encrypted'],
    ['an unusual compression', [{ name: 'x', content: 'x', method: 93 }], 'archive_unsupported', 'method 93'],
  ];
  it.each(attacks)('%s is refused and named', async (_, entries, code, says) => {
    const refused = await refusal(zipOf(entries));
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(says);
  });
});

describe('an archive that is none', () => {
  it.each([
    ['nothing', Buffer.alloc(0), 'archive_unknown', 'It is empty'],
    ['text', Buffer.from('hello'.repeat(200)), 'archive_unknown', 'none of them'],
    ['xz', Buffer.from('fd377a585a0000', 'hex'), 'archive_unknown', 'an xz file'],
    ['gzip of text', gzipSync('hello'.repeat(1_000)), 'archive_damaged', 'tar header'],
    ['gzip of nothing', gzipSync(''), 'archive_damaged', 'end is missing'],
    [
      'a tar without files',
      Buffer.concat([rawTarHeader({ name: 'd/', typeflag: '5' }), tarEnd]),
      'source_empty',
      'no files',
    ],
    ['a zip without files', zipOf([]), 'source_empty', 'no files'],
  ])('%s is refused in words', async (_, archive, code, says) => {
    const refused = await refusal(archive);
    expect(refused.code).toBe(code);
    expect(refused.message).toContain(says);
  });

  it('is never taken when its end was cut off', async () => {
    const files = Array.from({ length: 20 }, (_, index) => ({ name: `f${index}`, content: 'x'.repeat(600) }));
    const whole: [string, Buffer][] = [
      ['tar', await tarOf(files)],
      ['tar.gz', await tarGzOf(files)],
      ['zip', zipOf(files)],
    ];
    for (const [format, archive] of whole) {
      for (let length = 0; length < archive.length - 1_024; length += 257) {
        const { code } = await refusal(archive.subarray(0, length));
        expect(['archive_damaged', 'archive_unknown'], `${format} cut at ${length}`).toContain(code);
      }
    }
    // Between two entries a cut tar looks whole but for its end mark.
    const tar = whole[0]![1];
    expect((await refusal(tar.subarray(0, 5 * (512 + 1_024)))).code).toBe('archive_damaged');
  });

  it('ends in an error of ours or in checked paths, whatever bytes are flipped', async () => {
    const [tar, zip] = [
      await tarOf(good),
      zipOf([
        { name: 'a/b', content: 'hello' },
        { name: 'c', content: 'x' },
      ]),
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(tar, zip),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (archive, flips) => {
          const broken = Buffer.from(archive);
          for (const [at, byte] of flips) broken[at % broken.length] = byte;
          try {
            for (const path of Object.keys(await read(broken)))
              expect(path).not.toMatch(/^\/|(^|\/)\.\.(\/|$)/);
          } catch (error) {
            expect(error).toMatchObject({ code: expect.stringMatching(/^(archive|source)_/) });
          }
        },
      ),
      { numRuns: 200 },
    );
  });
});

describe('limits', () => {
  it('name the folder that has most of the files, not the dot that "tar -c ." puts before all', async () => {
    const path = join(home, 'archive');
    const files = ['package.json', 'data/1', 'data/2'].map((name) => ({ name: `./${name}`, content: '' }));
    await writeFile(path, await tarOf(files));
    await expect(
      unpack(path, new CountingSink(), { limits: { entries: 2, bytes: 100 } }),
    ).rejects.toMatchObject({ message: expect.stringContaining('2 of them in "data/"') });
  });

  it('stop at too many files and too many bytes', async () => {
    const path = join(home, 'archive');
    await writeFile(
      path,
      await tarOf([
        { name: 'a', content: '12345' },
        { name: 'b', content: '12345' },
      ]),
    );
    const limited = (entries: number, bytes: number) =>
      unpack(path, new CountingSink(), { limits: { entries, bytes } });
    await expect(limited(1, 100)).rejects.toMatchObject({
      code: 'source_too_large',
      message: expect.stringContaining('1 files'),
    });
    await expect(limited(2, 9)).rejects.toMatchObject({ code: 'source_too_large' });
    await expect(limited(2, 10)).resolves.toMatchObject({ format: 'tar' });
  });

  it('count a file once for each hard link to it', async () => {
    const path = join(home, 'archive');
    const links = Array.from({ length: 50 }, (_, index) => ({
      name: `l${index}`,
      type: 'link' as const,
      linkname: 'a',
    }));
    await writeFile(path, await tarOf([{ name: 'a', content: 'x'.repeat(1_000) }, ...links]));
    await expect(
      unpack(path, new CountingSink(), { limits: { entries: 100, bytes: 10_000 } }),
    ).rejects.toMatchObject({
      code: 'source_too_large',
    });
  });

  it('stop a decompression bomb long before it has unpacked', async () => {
    const bomb = gzipSync(
      Buffer.concat([
        rawTarHeader({ name: 'zeros', typeflag: '0', size: 512 * 1024 * 1024 }),
        Buffer.alloc(100 * 1024 * 1024),
      ]),
    );
    expect(bomb.length).toBeLessThan(200_000);
    const refused = await refusal(bomb);
    expect(refused.code).toBe('source_too_large');
    expect(refused.message).toContain('bomb');
  });
});
