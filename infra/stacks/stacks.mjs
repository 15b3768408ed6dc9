import { createHash } from 'node:crypto';
import { chmod, copyFile, cp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine } from '../lib/engine.mjs';
import { exists, removeTree, writeAtomic } from '../lib/files.mjs';
import { Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';
import * as pins from '../pins.mjs';
import { bringNode, npmTarball, unpackBeside } from '../steps/node24.mjs';
import { programFromWheel } from '../steps/wheel.mjs';
import { hostCertificates } from './certificates.mjs';
import { hostNetworkEnv } from './host-network.mjs';
import { ensureRootFileSystem, rootFileSystemInputs } from './root-file-system.mjs';

/** Where the extra authorities of this host lie in every stack. */
const extraBundle = '/usr/local/share/ca-certificates/host.pem';

/**
 * Makes sure that the Engine has the stack images, and writes their tags to `stacks.json`. A tag carries the hash of
 * everything that goes in, so an image that is there is the right one.
 * @param {import('../state.mjs').Copy} copy
 * @param {(text: string) => void} note
 */
export async function ensureStacks(copy, note) {
  const engine = new Engine(copy.state.parts.docker.address);
  const facts = { certificates: await hostCertificates(), network: await hostNetworkEnv() };
  const debian = {
    tag: `berth/debian:${pins.base.suite}-${hash(rootFileSystemInputs)}`,
    tar: join(copy.tools, `debian-${pins.base.suite}-${hash(rootFileSystemInputs)}.tar`),
  };

  const base = describe('base', pins.base.suite, baseDockerfile(debian.tag, facts), facts.certificates);
  const node = describe('node', pins.node.version, nodeDockerfile(base.tag, facts), [pins.node, pins.npm]);
  const fixed = describe('static', pins.caddy.version, staticDockerfile(base.tag), [pins.caddy]);

  const made = [];
  if (!(await engine.imageId(base.tag))) {
    await ensureRootFileSystem(engine, { ...debian, note });
    await make(copy, engine, base, (folder) => fillBase(folder, facts.certificates), note);
    made.push('base');
  }
  for (const [stack, fill] of [
    [node, (folder) => fillNode(copy, folder)],
    [fixed, (folder) => fillStatic(copy, folder)],
  ]) {
    if (await engine.imageId(stack.tag)) continue;
    await make(copy, engine, stack, fill, note);
    made.push(stack.name);
  }
  await writeAtomic(
    copy.path('stacks.json'),
    `${JSON.stringify({ base: base.tag, node: node.tag, static: fixed.tag }, null, 2)}\n`,
  );
  return made.length > 0 ? `made ${made.join(', ')}` : 'already there';
}

function describe(name, version, dockerfile, inputs) {
  return { name, dockerfile, tag: `berth/stack-${name}:${version}-${hash([dockerfile, inputs])}` };
}

function hash(value) {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 10);
}

/** Debian, this host's authorities, and the unprivileged user that apps run as. */
export function baseDockerfile(from, { certificates, network }) {
  const trust =
    certificates.length > 0
      ? ['COPY certificates/ /usr/local/share/ca-certificates/', 'RUN ["update-ca-certificates"]']
      : [];
  return [
    `FROM ${from}`,
    ...trust,
    'COPY files/ /',
    'RUN ["useradd", "--uid", "1000", "--user-group", "--no-log-init", "--home-dir", "/home/app", "--shell", "/bin/sh", "app"]',
    'RUN ["chown", "1000:1000", "/home/app", "/app"]',
    `ENV LANG=C.UTF-8${pairs(network)}`,
    'CMD ["/bin/sh"]',
    '',
  ].join('\n');
}

export function nodeDockerfile(from, { certificates }) {
  return [
    `FROM ${from}`,
    'COPY files/ /',
    `ENV NPM_CONFIG_UPDATE_NOTIFIER=false NPM_CONFIG_FUND=false NPM_CONFIG_AUDIT=false${certificates.length > 0 ? ` NODE_EXTRA_CA_CERTS=${extraBundle}` : ''}`,
    '',
  ].join('\n');
}

export function staticDockerfile(from) {
  return `FROM ${from}\nCOPY files/ /\n`;
}

/** ` NAME="value"` for each; Dockerfile quoting. */
function pairs(env) {
  return Object.entries(env)
    .map(([name, value]) => ` ${name}="${value.replace(/[\\"$]/g, '\\$&')}"`)
    .join('');
}

async function fillBase(folder, certificates) {
  for (const path of ['home/app', 'app']) await mkdir(join(folder, 'files', path), { recursive: true });
  if (certificates.length === 0) return;
  const trust = join(folder, 'certificates');
  await mkdir(trust, { recursive: true });
  for (const [i, text] of certificates.entries()) await writeFile(join(trust, `host-${i}.crt`), text);
  await writeFile(join(trust, 'host.pem'), certificates.join(''));
}

async function fillNode(copy, folder) {
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

async function fillStatic(copy, folder) {
  const caddy = join(copy.tools, `caddy-${pins.caddy.version}`, 'caddy');
  if (!(await exists(caddy))) await programFromWheel(copy, pins.caddy, caddy);
  await mkdir(join(folder, 'files/usr/local/bin'), { recursive: true });
  await copyFile(caddy, join(folder, 'files/usr/local/bin/caddy'));
  await chmod(join(folder, 'files/usr/local/bin/caddy'), 0o755);
}

/** Builds one stack from a folder that `fill` fills. Owners and times are fixed, so that equal input makes equal layers. */
async function make(copy, engine, stack, fill, note) {
  note(`building ${stack.tag}`);
  const folder = copy.path('stacks', `${stack.name}.${process.pid}`);
  const tar = `${folder}.tar`;
  await removeTree(folder);
  await mkdir(folder, { recursive: true });
  try {
    await writeFile(join(folder, 'Dockerfile'), stack.dockerfile);
    await fill(folder);
    await run('tar', [
      '-cf',
      tar,
      '--sort=name',
      '--mtime=@0',
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '-C',
      folder,
      '.',
    ]);
    await engine.build(tar, {
      tag: stack.tag,
      labels: { 'berth.stack': stack.name, 'berth.stack.of': copy.id },
    });
  } catch (cause) {
    throw cause instanceof Problem
      ? cause
      : new Problem({
          what: `The stack image ${stack.tag} could not be built.`,
          why: cause.message,
          fix: `The Engine's log is ${join(copy.logs, 'docker.log')}.`,
          cause,
        });
  } finally {
    await removeTree(folder);
    await rm(tar, { force: true });
  }
}
