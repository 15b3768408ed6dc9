import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { mkdir, readFile, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exists, removeTree } from '../lib/files.mjs';
import { Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';
import { node as pin } from '../pins.mjs';
import { candidates, npmMirror, throughMirrors } from '../lib/mirrors.mjs';
import { npmWords } from './npm-words.mjs';

/** Is the Node that runs us new enough? */
export function nodeIsNew(version = process.version) {
  return Number(/^v(\d+)\./.exec(version)?.[1] ?? 0) >= pin.minimumMajor;
}

/** Folder of the Node that was brought before, or null. */
export async function nodeBin(tools, version = pin.version) {
  const bin = join(tools, `node-${version}`, 'package', 'bin');
  return (await exists(join(bin, 'node'))) ? bin : null;
}

/**
 * Brings the pinned Node from the npm registry (whichever one this machine's npm is set to) and gives the folder
 * that holds `node`. The npm package is a complete Node, so no other host is needed.
 */
export async function bringNode(tools) {
  if (!pin.packages[process.arch]) {
    throw new Problem({
      what: `Berth needs Node ${pin.minimumMajor}, and this is ${process.version} on ${process.arch}, for which it cannot bring one.`,
      fix: `Install Node ${pin.minimumMajor} yourself and start again with it.`,
    });
  }
  return bringNodeVersion(tools, pin);
}

/**
 * Brings one version of Node, for this machine's processor; gives the folder that holds `node`.
 * @param {{ version: string, packages: Record<string, { name: string, integrity: string }> }} wanted a pin
 */
export async function bringNodeVersion(tools, { version, packages }) {
  const platform = packages[process.arch];
  if (!platform) {
    throw new Problem({
      what: `There is no Node ${version} for ${process.arch}.`,
      fix: 'Let the app ask for another version.',
    });
  }
  const there = await nodeBin(tools, version);
  if (there) return there;
  const folder = join(tools, `node-${version}`);
  const tarball = await npmTarball(`${platform.name}@${version}`, platform.integrity, tools);
  await unpackBeside(tarball, folder);
  return join(folder, 'package', 'bin');
}

/**
 * Fetches one package as a tarball with the machine's own npm and checks it against the pinned hash.
 * @returns {Promise<string>} its path below `tools`
 */
export async function npmTarball(spec, integrity, tools) {
  const downloads = join(tools, 'downloads', spec.replace('@', '-'));
  await mkdir(downloads, { recursive: true });
  const kept = (await readdir(downloads)).find((name) => name.endsWith('.tgz'));
  if (kept && (await integrityOf(join(downloads, kept))) === integrity) return join(downloads, kept);
  await removeTree(downloads);
  await mkdir(downloads, { recursive: true });
  const pack = (mirror) =>
    run('npm', ['pack', spec, '--pack-destination', downloads, '--ignore-scripts', '--loglevel=error'], {
      cwd: downloads,
      env: { ...process.env, ...npmMirror(mirror) },
      timeoutMs: 300_000,
    });
  await throughMirrors(await candidates('npm', dirname(tools)), pack).catch((cause) => {
    throw new Problem({
      what: `${spec} could not be fetched from the npm registry.`,
      why: `npm said: ${npmWords(cause)}.`,
      fix: 'Check the network, or point npm at a registry or proxy that you can reach (npm config set registry …), then start again.',
      cause,
    });
  });
  const file = join(downloads, (await readdir(downloads)).find((name) => name.endsWith('.tgz')) ?? 'none');
  const found = await integrityOf(file);
  if (found !== integrity) {
    await removeTree(downloads);
    throw new Problem({
      what: `${spec} from the npm registry is not the file that Berth expects.`,
      why: `Its hash is ${found}.`,
      fix: 'Look into the registry or proxy that npm is set to; it gives out something else.',
    });
  }
  return file;
}

async function integrityOf(file) {
  const bytes = await readFile(file).catch(() => null);
  return bytes ? `sha512-${createHash('sha512').update(bytes).digest('base64')}` : null;
}

/** Unpacks to a folder beside and renames it, so that a folder that exists is whole. */
export async function unpackBeside(tarball, folder) {
  const beside = `${folder}.${process.pid}`;
  await mkdir(beside, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', beside, '--no-same-owner']);
  await removeTree(folder);
  await rename(beside, folder);
}

/** Runs this same command again under the Node in `bin`, and ends as it ends. */
export function reExec(bin, script, args) {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH ?? ''}`, BERTH_REEXEC: '1' };
    const child = spawn(join(bin, 'node'), [script, ...args], { stdio: 'inherit', env });
    // The child is in our process group: the terminal's ^C reaches it by itself, a plain kill does not.
    const forward = (signal) => child.kill(signal);
    process.on('SIGTERM', forward);
    process.on('SIGHUP', forward);
    process.on('SIGINT', () => {});
    child.once('error', reject);
    child.once('close', (code, signal) => resolve(code ?? (signal === 'SIGINT' ? 130 : 143)));
  });
}
