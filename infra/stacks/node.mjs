import { chmod, copyFile, cp, mkdir, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { removeTree } from '../lib/files.mjs';
import * as pins from '../pins.mjs';
import { bringNodeVersion, npmTarball, unpackBeside } from '../steps/node24.mjs';
import { environment } from './text.mjs';

/** Where the extra authorities of this host lie in every stack. */
const extraBundle = '/usr/local/share/ca-certificates/host.pem';

/** Builds Node apps and runs them. */
export const node = { ...stackOf('node', pins.node, pins.npm), byStart: true };

/** The other versions that apps may ask for: `node-22`. */
export const otherNodes = pins.otherNodes.map((pin) => {
  const major = Number.parseInt(pin.version, 10);
  return stackOf(`node-${major}`, pin, major < 20 ? pins.olderNpm : pins.npm);
});

function stackOf(name, pin, npm) {
  return {
    name,
    on: 'base',
    version: pin.version,
    holds: `Node ${pin.version}, npm ${npm.version}`,
    inputs: () => [pin, npm],
    dockerfile,
    fill: (copy, folder) => fill(copy, folder, pin, npm),
  };
}

function dockerfile(from, { certificates }) {
  return [
    `FROM ${from}`,
    'COPY files/ /',
    `ENV ${environment({
      NPM_CONFIG_UPDATE_NOTIFIER: 'false',
      NPM_CONFIG_FUND: 'false',
      NPM_CONFIG_AUDIT: 'false',
      ...(certificates.length > 0 && { NODE_EXTRA_CA_CERTS: extraBundle }),
    })}`,
    '',
  ].join('\n');
}

async function fill(copy, folder, pin, npmPin) {
  const bin = await bringNodeVersion(copy.tools, pin);
  const local = join(folder, 'files/usr/local');
  await mkdir(join(local, 'bin'), { recursive: true });
  await copyFile(join(bin, 'node'), join(local, 'bin/node'));
  await chmod(join(local, 'bin/node'), 0o755);
  const npm = join(local, 'lib/node_modules/npm');
  await unpackBeside(
    await npmTarball(`${npmPin.name}@${npmPin.version}`, npmPin.integrity, copy.tools),
    `${npm}.packed`,
  );
  await cp(join(`${npm}.packed`, 'package'), npm, { recursive: true });
  await removeTree(`${npm}.packed`);
  for (const noise of ['docs', 'man']) await rm(join(npm, noise), { recursive: true, force: true });
  for (const name of ['npm', 'npx'])
    await symlink(`../lib/node_modules/npm/bin/${name}-cli.js`, join(local, 'bin', name));
  for (const name of ['npm', 'npx']) await chmod(join(npm, 'bin', `${name}-cli.js`), 0o755);
}
