import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, removeTree } from '../lib/files.mjs';
import { installPackages } from '../steps/packages.mjs';
import { bringTestTools } from '../steps/test-tools.mjs';
import { root } from '../settings.mjs';
import { add, countsOf, secondTries, wholeText } from './test-report.mjs';

/** In this order: what is quick says first that something is broken. */
const projects = ['unit', 'it', 'e2e'];

/**
 * `npm test [-- check unit it e2e]`: the checks, then every kind of test, or only the kinds named. All of them run, whatever
 * fails; the last line sums up.
 */
export async function test(args, ui) {
  await ui.step('Packages from the lockfile', ({ note }) => installPackages(note));
  const wanted = (name) => args.length === 0 || args.includes(name);
  const totals = [];
  if (wanted('check')) {
    const { check } = await import('../check.mjs');
    totals.push(await check(ui));
  }
  if (wanted('e2e')) await ui.step('Chromium, zsh, fish', ({ note }) => bringTestTools(note));
  ui.close();
  const racy = [];
  for (const project of projects.filter(wanted)) {
    const { counts, report } = await runProject(project);
    totals.push(counts);
    racy.push(...secondTries(report));
  }
  if (racy.length > 0) ui.line('Passed only at the second try; each hides a race:');
  for (const { name, why } of racy) ui.line(`  ${name}\n    ${why}`);
  const sum = totals.reduce(add, { passed: 0, failed: 0, skipped: 0 });
  ui.line(wholeText(sum));
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
}

/** Runs one project of vitest.config.ts with the terminal as it is, and reads what it counted. */
async function runProject(project) {
  const folder = join(root, 'dist', 'reports');
  const file = join(folder, `${project}.json`);
  await mkdir(folder, { recursive: true });
  await removeTree(file);
  const code = await vitest([
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
    '--passWithNoTests',
  ]);
  const report = await readJson(file).catch(() => null);
  return { counts: countsOf(report, code), report };
}

function vitest(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: root,
      stdio: 'inherit',
      // Its colours are for terminals; a log of them is hard to read.
      env: process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
    });
    const forward = (signal) => child.kill(signal);
    process.on('SIGTERM', forward);
    process.once('SIGINT', () => {}); // the terminal tells the child itself; its teardown stops what it started
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGTERM', forward);
      resolve(code ?? 1);
    });
  });
}
