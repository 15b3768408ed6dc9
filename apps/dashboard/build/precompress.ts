import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

const TEXT = /\.(?:js|css|svg|json)$/;
/** Below this an answer fits into one packet, compressed or not. */
const SMALLEST_BYTES = 1024;
/** Nine of eleven: a twentieth larger than the best, in a tenth of its time. */
const BROTLI_QUALITY = 9;

/**
 * Lays a gzip and a Brotli twin beside each text file that was built, so that the api (apps/api/src/dashboard) sends pages
 * compressed without compressing anything itself.
 */
export function precompress(): Plugin {
  let directory = '';
  return {
    name: 'berth:precompress',
    apply: 'build',
    configResolved({ root, build }) {
      directory = join(root, build.outDir);
    },
    // Once all is on disk: what lies in public/ is not part of the bundle.
    async closeBundle() {
      const files = await readdir(directory, { recursive: true });
      await Promise.all(files.filter((file) => TEXT.test(file)).map((file) => twins(join(directory, file))));
    },
  };
}

async function twins(file: string): Promise<void> {
  const content = await readFile(file);
  if (content.length < SMALLEST_BYTES) return;
  const zipped = await promisify(gzip)(content, { level: 9 });
  const brotli = await promisify(brotliCompress)(content, {
    params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY },
  });
  await Promise.all([writeFile(`${file}.gz`, zipped), writeFile(`${file}.br`, brotli)]);
}
