import { chmod, copyFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../lib/files.mjs';
import * as pins from '../pins.mjs';
import { npmTarball, unpackBeside } from '../steps/node24.mjs';
import { environment } from './text.mjs';

/** Builds Deno apps and runs them: one program, which the npm registry carries. */
export const deno = {
  name: 'deno',
  on: 'base',
  version: pins.deno.version,
  holds: `Deno ${pins.deno.version}`,
  inputs: () => [pins.deno],
  dockerfile: (from) =>
    [
      `FROM ${from}`,
      'COPY files/ /',
      `ENV ${environment({
        DENO_DIR: '/home/app/deno',
        DENO_NO_UPDATE_CHECK: '1',
        DENO_NO_PROMPT: '1',
        // This host's authorities are among the system's.
        DENO_TLS_CA_STORE: 'system',
      })}`,
      '',
    ].join('\n'),
  async fill(copy, folder) {
    const { version, packages } = pins.deno;
    const { name, integrity } = packages[process.arch] ?? packages.x64;
    const bin = join(folder, 'files/usr/local/bin');
    const unpacked = join(folder, 'deno.packed');
    await mkdir(bin, { recursive: true });
    await unpackBeside(await npmTarball(`${name}@${version}`, integrity, copy.tools), unpacked);
    await copyFile(join(unpacked, 'package/deno'), join(bin, 'deno'));
    await chmod(join(bin, 'deno'), 0o755);
    await removeTree(unpacked);
  },
};
