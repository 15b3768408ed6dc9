import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { findShellStrings } from './checks/shell-strings.mjs';
import { exists } from './lib/files.mjs';
import { RunError, run } from './lib/run.mjs';
import { root } from './settings.mjs';
import { createUi } from './ui.mjs';
import { generateClient } from './steps/prisma-client.mjs';

const bin = (path) => join(root, 'node_modules', path);

/** What CI runs, in the same order: what is quick and says most comes first. Each throws with what it has to say. */
const checks = [
  { title: 'Lockfile is whole', work: () => node(join(root, 'infra/lockfile.mjs'), '--check') },
  { title: 'Types', work: () => node(bin('typescript-go/bin/tsc'), '-p', '.', '--noEmit') },
  { title: 'Generated files are in date', work: () => node(join(root, 'infra/generate.mjs'), '--check') },
  { title: 'Types of the pages', work: checkPages },
  { title: 'Lint', work: () => node(bin('oxlint/bin/oxlint'), '--deny-warnings') },
  {
    title: 'Imports keep to the rooms',
    work: () =>
      node(
        bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
        '--config',
        '.dependency-cruiser.cjs',
        'apps',
        'libs',
        'infra',
        'test',
        'bench',
      ),
  },
  { title: 'No shell strings', work: checkShellStrings },
  {
    title: 'Format',
    // As long as all others together, on one processor: begun beside them.
    early: true,
    work: () => node(bin('prettier/bin/prettier.cjs'), '--check', '--log-level', 'warn', '.'),
  },
  { title: 'Nothing unused', work: () => node(bin('knip/bin/knip.js'), '--no-progress') },
];

/**
 * Runs all checks and shows what each failing one says.
 * @param {ReturnType<typeof createUi>} ui
 * @returns {Promise<{ passed: number, failed: number }>}
 */
export async function check(ui) {
  await makeClient(ui);
  const early = new Map(checks.filter((each) => each.early).map((each) => [each, each.work()]));
  // Its failure is told in its turn.
  for (const begun of early.values()) begun.catch(() => undefined);
  let failed = 0;
  for (const each of checks) {
    const words = await ui
      .step(each.title, () => early.get(each) ?? each.work())
      .then(
        () => null,
        (error) => (error instanceof RunError ? error.output : error.message).trim(),
      );
    if (words === null) continue;
    failed++;
    ui.line(words.slice(-6000));
    ui.line();
  }
  return { passed: checks.length - failed, failed };
}

/** A fresh clone has no database client yet, and types hang on it. */
async function makeClient(ui) {
  if (await exists(join(root, 'libs/store/generated/client.ts'))) return;
  await ui.step('Database client', generateClient);
}

async function checkPages() {
  if (!(await exists(join(root, 'apps/dashboard/tsconfig.json')))) return 'none yet';
  await node(bin('typescript-go/bin/tsc'), '-p', 'apps/dashboard', '--noEmit');
}

async function checkShellStrings() {
  const listed = await run(
    'git',
    [
      'ls-files',
      '-z',
      '--cached',
      '--others',
      '--exclude-standard',
      'apps',
      'libs',
      'infra',
      'test',
      'bench',
    ],
    { cwd: root },
  );
  const files = [];
  for (const file of listed.split('\0').filter((one) => one && !one.endsWith('shell-strings.test.mjs')))
    if (await exists(join(root, file))) files.push(file);
  const found = await findShellStrings(root, files);
  if (found.length > 0) throw new Error(`Start programs with argument arrays:\n${found.join('\n')}`);
}

function node(script, ...args) {
  return run(process.execPath, [script, ...args], {
    cwd: root,
    timeoutMs: 300_000,
    env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
  }).then(() => '');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const ui = createUi();
  const { passed, failed } = await check(ui);
  ui.close();
  console.log(failed === 0 ? `All ${passed} checks hold.` : `${failed} of ${passed + failed} checks fail.`);
  process.exit(failed === 0 ? 0 : 1);
}
