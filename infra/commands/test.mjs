import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, removeTree } from '../lib/files.mjs';
import { bringBrowser } from '../steps/browser.mjs';
import { installPackages } from '../steps/packages.mjs';
import { root } from '../settings.mjs';
import { add, countsOf, wholeText } from './test-report.mjs';

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
  if (wanted('e2e')) await ui.step('Chromium', ({ note }) => bringBrowser(note));
  ui.close();
  for (const project of projects.filter(wanted)) totals.push(await runProject(project));
  const sum = totals.reduce(add, { passed: 0, failed: 0, skipped: 0 });
  ui.line(wholeText(sum));
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
}

/** Runs one project of vitest.config.ts with the terminal as it is, and reads what it counted. */
async function runProject(project) {
  const folder = join(root, 'dist', 'reports');
  const report = join(folder, `${project}.json`);
  await mkdir(folder, { recursive: true });
  await removeTree(report);
  const code = await vitest([
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    '--passWithNoTests',
  ]);
  return countsOf(await readJson(report).catch(() => null), code);
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
