import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import { extract } from 'tar-stream';
import { describe, expect, it } from 'vitest';
import { suggestedName } from './chosen-source.ts';
import { packFolder } from './pack.ts';
import { isName } from '#libs/core/names.js';

interface Unpacked {
  name: string;
  mode: number | undefined;
  content: string;
}

/** Reads an archive with another implementation than ours. */
async function unpack(archive: Blob): Promise<Unpacked[]> {
  const found: Unpacked[] = [];
  const tar = extract();
  tar.on('entry', (header, stream, next) => {
    void text(stream).then((content) => {
      found.push({ name: header.name, mode: header.mode, content });
      next();
    });
  });
  const plain = archive.stream().pipeThrough(new DecompressionStream('gzip'));
  await new Promise<void>((resolve, reject) => {
    tar.on('finish', resolve);
    tar.on('error', reject);
    Readable.fromWeb(plain as never).pipe(tar);
  });
  return found;
}

function pack(files: Record<string, string>, onProgress: (share: number) => void = () => undefined) {
  return packFolder(
    Object.entries(files).map(([path, content]) => ({
      path,
      file: new File([content], 'x', { lastModified: 1e12 }),
    })),
    { onProgress, signal: new AbortController().signal },
  );
}

describe('packing a folder', () => {
  it('gives every file back as it was, whatever its name and size', async () => {
    const name = fc.stringMatching(/^[a-z你é][a-z0-9你é -]{0,150}$/u);
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, fc.string({ maxLength: 3000, unit: 'binary' }), { maxKeys: 5 }),
        async (files) => {
          const entries = await unpack(await pack(files));
          expect(Object.fromEntries(entries.map(({ name: path, content }) => [path, content]))).toEqual(
            Object.fromEntries(
              Object.entries(files).map(([path, content]) => [path, Buffer.from(content).toString()]),
            ),
          );
        },
      ),
      { numRuns: 10 },
    );
  }, 30_000);

  it('marks scripts as executable and nothing else', async () => {
    const entries = await unpack(await pack({ gradlew: '#!/bin/sh\n', 'a.txt': 'text' }));
    expect(entries.map(({ name, mode }) => [name, mode])).toEqual([
      ['gradlew', 0o755],
      ['a.txt', 0o644],
    ]);
  });

  it('ends its progress at the whole', async () => {
    const shares: number[] = [];
    await pack({ a: 'x'.repeat(5000), b: 'y'.repeat(100) }, (share) => shares.push(share));
    expect(shares.at(-1)).toBe(1);
  });

  it('stops when told to', async () => {
    const stop = new AbortController();
    stop.abort(new Error('stopped'));
    const files = [{ path: 'a', file: new File(['x'], 'a') }];
    await expect(packFolder(files, { onProgress: () => undefined, signal: stop.signal })).rejects.toThrow(
      'stopped',
    );
  });
});

describe('choosing a source', () => {
  it('suggests valid names only, or none', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        const suggested = suggestedName(name);
        expect(
          suggested === '' || suggested.length < 2 || /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(suggested),
        ).toBe(true);
      }),
    );
    expect(suggestedName('My Site_v2.tar.gz')).toBe('my-site-v2');
    expect(isName(suggestedName('2024-landing.zip'))).toBe(true);
  });
});
