import { createWriteStream } from 'node:fs';
import { cp, mkdir, readdir, rename, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { debianCodename, bundleDebs } from '../bundle/debs.mjs';
import { Engine } from '../lib/engine.mjs';
import { exists, removeTree } from '../lib/files.mjs';
import { Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';
import { root } from '../settings.mjs';
import { findCopy } from '../state.mjs';
import { bringNode } from '../steps/node24.mjs';
import { knownStacks } from '../stacks/stacks.mjs';

/** Programs of a state directory that a start would fetch. */
const tools = /^(?:node-|traefik|caddy|uv)/;

/**
 * `npm run bundle [-- FILE]`: one archive with what a start needs of the network, taken from this running copy: npm's packages, Debian's, the
 * stack images that it has, Node, Traefik. For a host of the same processor and Debian release.
 */
export async function bundle(args, ui) {
  const copy = await findCopy();
  if (!copy?.state.parts?.docker?.address)
    throw new Problem({
      what: 'There is no Berth here to take a bundle from.',
      fix: 'Run "npm start" first.',
    });
  const file = resolve(args.find((arg) => !arg.startsWith('--')) ?? `berth-bundle-${process.arch}.tar`);
  const work = copy.path(`bundle-making.${process.pid}`);
  try {
    await mkdir(work, { recursive: true });
    await ui.step('Node and programs', () => bundleTools(copy, join(work, 'tools')));
    await ui.step('npm packages', ({ note }) => bundleNpm(work, note));
    await ui.step('Debian packages', ({ note }) => bundleDebs(join(work, 'debs'), note));
    const stacks = await knownStacks(copy);
    await ui.step('Stack images', () =>
      bundleImages(copy, Object.values(stacks), join(work, 'images.tar.gz')),
    );
    const facts = {
      format: 1,
      made: new Date().toISOString(),
      arch: process.arch,
      debian: await debianCodename(),
      stacks,
    };
    await writeFile(join(work, 'bundle.json'), `${JSON.stringify(facts, null, 2)}\n`);
    await ui.step('Writing the bundle', () => write(work, file));
  } finally {
    await removeTree(work);
  }
  ui.line(`${file} is for ${process.arch} and Debian ${await debianCodename()}.`);
  ui.line(`On a host without a network, in a checkout of this version: npm start -- --bundle ${file}`);
  return 0;
}

async function bundleTools(copy, target) {
  await bringNode(copy.tools);
  await mkdir(target, { recursive: true });
  const names = (await readdir(copy.tools)).filter((name) => tools.test(name));
  for (const name of names) await cp(join(copy.tools, name), join(target, name), { recursive: true });
  return names.join(', ');
}

/** Fills a cache of npm's own with all that the lockfile names, by an installation that is thrown away. */
async function bundleNpm(work, note) {
  const cache = join(work, 'npm-cache');
  const trial = join(work, 'npm-trial');
  await mkdir(trial, { recursive: true });
  for (const name of ['package.json', 'package-lock.json']) await cp(join(root, name), join(trial, name));
  if (await exists(join(root, '.npmrc'))) await cp(join(root, '.npmrc'), join(trial, '.npmrc'));
  await run(
    'npm',
    ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--cache', cache],
    {
      cwd: trial,
      timeoutMs: 900_000,
      onLine: note,
    },
  );
  await removeTree(trial);
}

async function bundleImages(copy, images, target) {
  const engine = new Engine(copy.state.parts.docker.address);
  const names = images.map((image) => `names=${encodeURIComponent(image)}`).join('&');
  await new Promise((done, fail) => {
    request({ ...engine.target, path: `/images/get?${names}`, agent: false }, (answer) => {
      if (answer.statusCode !== 200) return fail(new Error(`The Engine answered ${answer.statusCode}.`));
      pipeline(answer, createGzip({ level: 1 }), createWriteStream(target)).then(done, fail);
    })
      .once('error', fail)
      .end();
  });
  return `${images.length}`;
}

async function write(work, file) {
  const beside = `${file}.${process.pid}`;
  await run('tar', ['-cf', beside, '-C', work, '.'], { timeoutMs: 900_000 });
  await rename(beside, file);
}
