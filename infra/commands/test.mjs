import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { readJson, removeTree } from '../lib/files.mjs';
import { Problem } from '../lib/problem.mjs';
import { installPackages } from '../steps/packages.mjs';
import { requireRoot } from '../steps/root.mjs';
import { bringTestTools } from '../steps/test-tools.mjs';
import { root } from '../settings.mjs';
import { add, countsOf, secondTries, wholeText } from './test-report.mjs';

/**
 * In this order: what is quick says first that something is broken. What stands together runs at the same time where nobody looks on: `unit` computes
 * while `it` mostly waits for its parts.
 */
const projects = process.stdout.isTTY ? [['unit'], ['it'], ['e2e']] : [['it', 'unit'], ['e2e']];

/**
 * `npm test [-- check unit it e2e]`: the checks, then every kind of test, or only the kinds named. All of them run, whatever
 * fails; the last line sums up.
 */
export async function test(args, ui) {
  const odd = args.find((name) => !['check', ...projects.flat()].includes(name));
  if (odd)
    throw new Problem({ what: `There are no tests "${odd}".`, fix: 'Name some of check, unit, it and e2e.' });
  const wanted = (name) => args.length === 0 || args.includes(name);
  if (wanted('it') || wanted('e2e')) requireRoot();
  await ui.step('Packages from the lockfile', ({ note }) => installPackages(note));
  const totals = [];
  if (wanted('check')) {
    const { check } = await import('../check.mjs');
    totals.push(await check(ui));
  }
  if (wanted('e2e')) await ui.step('Chromium, zsh, fish', ({ note }) => bringTestTools(note));
  ui.close();
  const racy = [];
  for (const together of projects) {
    const [first, ...others] = together.filter(wanted);
    if (first === undefined) continue;
    const runs = [runProject(first), ...others.map((project) => runProject(project, { inOnePiece: true }))];
    for (const { counts, report } of await Promise.all(runs)) {
      totals.push(counts);
      racy.push(...secondTries(report));
    }
  }
  if (racy.length > 0) ui.line('Passed only at the second try; each hides a race:');
  for (const { name, why } of racy) ui.line(`  ${name}\n    ${why}`);
  const sum = totals.reduce(add, { passed: 0, failed: 0, skipped: 0 });
  ui.line(wholeText(sum));
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
}

/** Runs one kind of tests (projects of vitest.config.ts) with the terminal as it is, or printed when it has ended, and reads what it counted. */
async function runProject(project, { inOnePiece = false } = {}) {
  const folder = join(root, 'dist', 'reports');
  const file = join(folder, `${project}.json`);
  await mkdir(folder, { recursive: true });
  await removeTree(file);
  const words = ['run', '--project', `${project}*`, '--reporter=default', '--reporter=json'];
  const code = await vitest([...words, `--outputFile.json=${file}`, '--passWithNoTests'], inOnePiece);
  const report = await readJson(file).catch(() => null);
  return { counts: countsOf(report, code), report };
}

function vitest(args, inOnePiece) {
  const output = inOnePiece ? 'pipe' : 'inherit';
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: root,
      stdio: ['inherit', output, output],
      // Its colours are for terminals; a log of them is hard to read.
      env: process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
    });
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => printed.push(chunk));
    const forward = (signal) => child.kill(signal);
    process.on('SIGTERM', forward);
    process.once('SIGINT', () => {}); // the terminal tells the child itself; its teardown stops what it started
    child.once('error', reject);
    child.once('close', (code) => {
      process.off('SIGTERM', forward);
      if (inOnePiece) process.stdout.write(Buffer.concat(printed));
      resolve(code ?? 1);
    });
  });
}
