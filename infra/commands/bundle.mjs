import { createWriteStream } from 'node:fs';
import { cp, mkdir, readFile, readdir, rename, stat, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { debianCodename, bundleDebs } from '../bundle/debs.mjs';
import { Engine } from '../lib/engine.mjs';
import { exists, removeTree } from '../lib/files.mjs';
import { withLock } from '../lib/lock.mjs';
import { candidates, npmMirror, throughMirrors } from '../lib/mirrors.mjs';
import { Problem } from '../lib/problem.mjs';
import { run } from '../lib/run.mjs';
import { root } from '../settings.mjs';
import { findCopy } from '../state.mjs';
import { bringNode } from '../steps/node24.mjs';
import { knownStacks } from '../stacks/stacks.mjs';

/** Programs of a state directory that a start would fetch. */
const tools = /^(?:node-|traefik|caddy|uv)/;
/** Downloads over a slow line; each shows that it lives, and one that was ended goes on where it was. */
const patienceMs = 2 * 3_600_000;

/**
 * `npm run bundle [-- FILE]`: one archive with what a start needs of the network, taken from this running copy: npm's packages, Debian's, the
 * stack images that it has, Node, Traefik. For a host of the same processor and Debian release. What was fetched is kept until the archive is
 * whole, so that another try fetches only the rest.
 */
export async function bundle(args, ui) {
  const copy = await findCopy();
  if (!copy?.state.parts?.docker?.address)
    throw new Problem({
      what: 'There is no Berth here to take a bundle from.',
      fix: 'Run "npm start" first.',
    });
  const file = resolve(args.find((arg) => !arg.startsWith('--')) ?? `berth-bundle-${process.arch}.tar`);
  const work = copy.path('bundle-making');
  const busy = (holder) =>
    new Problem({
      what: `A bundle of this Berth is being made${holder ? ` (pid ${holder.pid})` : ''}.`,
      fix: 'Wait for it, or end it.',
    });
  await withLock(`${work}.lock`, { busy }, () => make(copy, { work, file }, ui));
  ui.line(`${file} is for ${process.arch} and Debian ${await debianCodename()}.`);
  ui.line(`On a host without a network, in a checkout of this version: npm start -- --bundle ${file}`);
  return 0;
}

async function make(copy, { work, file }, ui) {
  const stacks = await knownStacks(copy);
  const images = join(work, 'images.tar.gz');
  await mkdir(work, { recursive: true });
  await ui.step('Node and programs', () => bundleTools(copy, join(work, 'tools')));
  await ui.step('npm packages', ({ note }) => bundleNpm(copy, work, note));
  await ui.step('Debian packages', ({ note }) => bundleDebs(join(work, 'debs'), note));
  await ui.step('Stack images', ({ note }) =>
    growing(images, note, () => bundleImages(copy, Object.values(stacks), images)),
  );
  const facts = {
    format: 1,
    made: new Date().toISOString(),
    arch: process.arch,
    debian: await debianCodename(),
    stacks,
  };
  await writeFile(join(work, 'bundle.json'), `${JSON.stringify(facts, null, 2)}\n`);
  await ui.step('Writing the bundle', ({ note }) => write(work, file, note));
  await removeTree(work);
}

async function bundleTools(copy, target) {
  await bringNode(copy.tools);
  await mkdir(target, { recursive: true });
  const names = (await readdir(copy.tools)).filter((name) => tools.test(name));
  for (const name of names) {
    if (await exists(join(target, name))) continue;
    const beside = join(target, `copying-${name}`);
    await removeTree(beside);
    await cp(join(copy.tools, name), beside, { recursive: true });
    await rename(beside, join(target, name));
  }
  return names.join(', ');
}

/** Fills a cache of npm's own with all that the lockfile names, by an installation that is thrown away. */
async function bundleNpm(copy, work, note) {
  const trial = join(work, 'npm-trial');
  await removeTree(trial);
  await mkdir(trial, { recursive: true });
  for (const name of ['package.json', 'package-lock.json', '.npmrc'])
    if (await exists(join(root, name))) await cp(join(root, name), join(trial, name));
  const { packages } = JSON.parse(await readFile(join(trial, 'package-lock.json'), 'utf8'));
  let fetched = 0;
  const tell = (line) => {
    const [, name] = /fetch GET \d+ \S*\/([^/\s]+)\.tgz/.exec(line) ?? [];
    if (name) note(`${(fetched += 1)} fetched, of ${Object.keys(packages).length} at most: ${name}`);
  };
  const install = (mirror) =>
    run(
      'npm',
      [
        'ci',
        '--ignore-scripts',
        '--no-audit',
        '--no-fund',
        '--loglevel=http',
        '--cache',
        join(work, 'npm-cache'),
      ],
      {
        cwd: trial,
        env: { ...process.env, ...npmMirror(mirror) },
        timeoutMs: patienceMs,
        onLine: tell,
      },
    );
  await throughMirrors(await candidates('npm', copy.home), install, note);
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

/** What it says of itself comes last, so that a bundle without it is known to have lost its end. */
async function write(work, file, note) {
  const beside = `${file}.part`;
  const entries = ['tools', 'npm-cache', 'debs', 'images.tar.gz', 'bundle.json'];
  await growing(beside, note, () =>
    run('tar', ['-cf', beside, '-C', work, ...entries], { timeoutMs: patienceMs }),
  );
  await rename(beside, file);
}

/** Tells how large a file is while it is written. */
async function growing(path, note, work) {
  const timer = setInterval(() => {
    stat(path).then(
      ({ size }) => note(`${Math.floor(size / 1024 ** 2)} MiB`),
      () => {},
    );
  }, 1000);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
