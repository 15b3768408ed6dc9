import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { exists, hashOf, readJson, removeTree, writeAtomic } from './lib/files.mjs';
import { withLock } from './lib/lock.mjs';
import { Problem } from './lib/problem.mjs';
import { run } from './lib/run.mjs';
import { root } from './settings.mjs';
import { generateClient } from './steps/prisma-client.mjs';

const stampFile = join(root, 'dist', 'stamp.json');

/** What is built, in order: from which inputs, into what, how. A part whose inputs are unchanged is skipped. */
const products = [
  {
    name: 'client',
    title: 'database client',
    inputs: ['prisma/schema.prisma', 'prisma.config.ts', 'node_modules/prisma/package.json'],
    output: 'libs/store/generated/client.ts',
    make: makeClient,
  },
  {
    name: 'code',
    title: 'services',
    // Without tests: one that does not compile must not keep the platform from starting.
    inputs: ['apps', 'libs', 'tsconfig.json', 'tsconfig.build.json', 'package.json'],
    skip: dashboardOrNoise,
    output: 'dist/apps',
    make: compile,
  },
  {
    name: 'pages',
    title: 'pages',
    inputs: ['apps/dashboard', 'libs/contracts', 'libs/core', 'package-lock.json'],
    skip: noise,
    output: 'dist/dashboard/index.html',
    make: bundle,
  },
  {
    name: 'command',
    title: 'command',
    inputs: ['apps/cli', 'libs/contracts', 'libs/core', 'package.json', 'package-lock.json'],
    skip: noise,
    output: 'dist/cli/berth.cjs',
    make: bundleCommand,
  },
];

/**
 * Builds what changed: database client, services, pages (or `only` some of them, by name). Gives a word on what was done.
 * @param {{ note?: (text: string) => void, only?: string[] }} [options]
 */
export async function build({ note = () => {}, only } = {}) {
  const busy = () =>
    new Problem({
      what: 'Another build of this checkout has been running for five minutes.',
      fix: 'End it, then try again.',
    });
  return withLock(join(root, '.berth-build.lock'), { waitMs: 300_000, busy }, async () => {
    const stamp = (await readJson(stampFile).catch(() => null)) ?? {};
    const made = [];
    for (const { name, title, inputs, skip, output, make } of products) {
      if (only && !only.includes(name)) continue;
      const hash = await hashOf(
        inputs.map((path) => join(root, path)),
        { skip },
      );
      if (stamp[name] === hash && (await exists(join(root, output)))) continue;
      note(title);
      await make();
      stamp[name] = hash;
      made.push(title);
      await writeAtomic(stampFile, `${JSON.stringify(stamp, null, 2)}\n`);
    }
    return made.length > 0 ? made.join(', ') : 'unchanged';
  });
}

async function makeClient() {
  await generateClient();
}

async function compile() {
  // The compiler remembers what it wrote; if that is gone it must not.
  if (!(await exists(join(root, 'dist', 'apps')))) await removeTree(join(root, 'dist', '.tsbuildinfo-build'));
  await run(
    process.execPath,
    [join(root, 'node_modules/typescript-go/bin/tsc'), '-p', 'tsconfig.build.json'],
    {
      cwd: root,
      timeoutMs: 300_000,
    },
  ).catch((cause) => {
    const errors = (cause.output ?? '').split('\n').filter((line) => line.includes('error TS'));
    // Code is written all the same; somebody in the middle of a change may want to run it.
    if (errors.length > 0 && process.env.BERTH_ALLOW_TYPE_ERRORS === '1') return;
    throw new Problem({
      what: `The services do not compile${errors.length > 0 ? ` (${errors.length} ${errors.length === 1 ? 'error' : 'errors'})` : ''}.`,
      why: errors.slice(0, 3).join(' ') || cause.message,
      fix: 'Mend the code ("npm run check" shows everything), or go back to a commit that compiles.',
      cause,
    });
  });
}

async function bundle() {
  if (!(await exists(join(root, 'apps/dashboard/vite.config.ts')))) return;
  await vite('apps/dashboard', 'vite.config.ts', 'The pages');
}

async function bundleCommand() {
  await vite('apps/cli', 'vite.config.mjs', 'The command berth');
}

async function vite(folder, config, what) {
  await run(
    process.execPath,
    [
      join(root, 'node_modules/vite/bin/vite.js'),
      'build',
      folder,
      '--config',
      `${folder}/${config}`,
      '--logLevel',
      'warn',
    ],
    {
      cwd: root,
      timeoutMs: 300_000,
      env: { ...process.env, NODE_ENV: 'production' },
    },
  ).catch((cause) => {
    throw new Problem({
      what: `${what} could not be built.`,
      why: cause.message,
      fix: `Mend ${folder}, then try again.`,
      cause,
    });
  });
}

/** Tests change nothing that runs. */
function noise(path) {
  return /\.test\.(ts|tsx)$|\/testing$|\/generated$|\/node_modules$/.test(path);
}

function dashboardOrNoise(path) {
  return path === join(root, 'apps/dashboard') || noise(path);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    console.log(`Built: ${await build()}.`);
    process.exit(0);
  } catch (error) {
    console.error(error instanceof Problem ? error.message : error);
    process.exit(1);
  }
}
