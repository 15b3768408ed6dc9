import { chmod, copyFile, cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../lib/files.mjs';
import * as pins from '../pins.mjs';
import { bringNode, npmTarball, unpackBeside } from '../steps/node24.mjs';
import { environment } from './text.mjs';

/** Where the extra authorities of this host lie in every stack. */
const extraBundle = '/usr/local/share/ca-certificates/host.pem';

/** Builds Node apps and runs them. */
export const node = {
  name: 'node',
  on: 'base',
  byStart: true,
  version: pins.node.version,
  holds: `Node ${pins.node.version}, npm ${pins.npm.version}`,
  inputs: () => [pins.node, pins.npm],
  dockerfile: (from, { certificates }) =>
    [
      `FROM ${from}`,
      'COPY files/ /',
      `ENV ${environment({
        NPM_CONFIG_UPDATE_NOTIFIER: 'false',
        NPM_CONFIG_FUND: 'false',
        NPM_CONFIG_AUDIT: 'false',
        ...(certificates.length > 0 && { NODE_EXTRA_CA_CERTS: extraBundle }),
      })}`,
      '',
    ].join('\n'),
  fill,
};

async function fill(copy, folder) {
  const bin = await bringNode(copy.tools);
  const local = join(folder, 'files/usr/local');
  await mkdir(join(local, 'bin'), { recursive: true });
  await copyFile(join(bin, 'node'), join(local, 'bin/node'));
  await chmod(join(local, 'bin/node'), 0o755);
  const npm = join(local, 'lib/node_modules/npm');
  await unpackBeside(
    await npmTarball(`${pins.npm.name}@${pins.npm.version}`, pins.npm.integrity, copy.tools),
    `${npm}.packed`,
  );
  await cp(join(`${npm}.packed`, 'package'), npm, { recursive: true });
  await removeTree(`${npm}.packed`);
  for (const noise of ['docs', 'man']) await rm(join(npm, noise), { recursive: true, force: true });
  for (const name of ['npm', 'npx'])
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  for (const name of ['npm', 'npx']) await chmod(join(npm, 'bin', `${name}-cli.js`), 0o755);
}
