import { spawn } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { constants } from 'node:os';
import { join } from 'node:path';
import { readJson, removeTree } from '../lib/files.mjs';
import { Problem } from '../lib/problem.mjs';
import { installPackages } from '../steps/packages.mjs';
import { requireRoot } from '../steps/root.mjs';
import { bringTestTools } from '../steps/test-tools.mjs';
import { root } from '../settings.mjs';
import { findCopy } from '../state.mjs';
import { shutdown } from './shutdown.mjs';
import { startLock } from './start.mjs';
import { add, countsOf, secondTries, wholeText } from './test-report.mjs';

/**
 * In this order: what is quick says first that something is broken. What stands together runs at the same time where nobody looks on: `unit` computes
 * while `it` mostly waits for its parts.
 */
const projects = process.stdout.isTTY ? [['unit'], ['it'], ['e2e']] : [['it', 'unit'], ['e2e']];
/** A start of the tests' platform that was asked to end stops within this time what it had begun. */
const startEndsMs = 60_000;

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
  const interrupted = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => interrupted.abort(signal));
  const racy = [];
  for (const together of projects) {
    const [first, ...others] = together.filter(wanted);
    if (first === undefined) continue;
    const { signal } = interrupted;
    const runs = [
      runProject(first, { signal }),
      ...others.map((project) => runProject(project, { signal, inOnePiece: true })),
    ];
    for (const { counts, report } of await Promise.all(runs)) {
      totals.push(counts);
      racy.push(...secondTries(report));
    }
    if (signal.aborted) {
      await stopTestsPlatform(ui);
      return 128 + constants.signals[signal.reason];
    }
  }
  if (racy.length > 0) ui.line('Passed only at the second try; each hides a race:');
  for (const { name, why } of racy) ui.line(`  ${name}\n    ${why}`);
  const sum = totals.reduce(add, { passed: 0, failed: 0, skipped: 0 });
  ui.line(wholeText(sum));
  return sum.failed === 0 && sum.passed > 0 ? 0 : 1;
}

/** At a signal vitest ends at once, without taking down what its set-up brought up or was bringing up. */
async function stopTestsPlatform(ui) {
  const copy = await findCopy({ BERTH_HOME: process.env.BERTH_TEST_HOME ?? '.berth-test' });
  if (copy) await startLock(copy, () => shutdown(copy, ui), startEndsMs);
  ui.line('Interrupted: the platform of the tests is stopped.');
}

/** Runs one kind of tests (projects of vitest.config.ts) with the terminal as it is, or printed when it has ended, and reads what it counted. */
async function runProject(project, { signal, inOnePiece = false }) {
  const folder = join(root, 'dist', 'reports');
  const file = join(folder, `${project}.json`);
  await mkdir(folder, { recursive: true });
  await removeTree(file);
  const words = ['run', '--project', `${project}*`, '--reporter=default', '--reporter=json'];
  const code = await vitest([...words, `--outputFile.json=${file}`, '--passWithNoTests'], {
    signal,
    inOnePiece,
  });
  const report = await readJson(file).catch(() => null);
  return { counts: countsOf(report, code), report };
}

function vitest(args, { signal, inOnePiece }) {
  const output = inOnePiece ? 'pipe' : 'inherit';
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, 'node_modules/vitest/vitest.mjs'), ...args], {
      cwd: root,
      stdio: ['inherit', output, output],
      signal,
      // Its colours are for terminals; a log of them is hard to read.
      env: process.stdout.isTTY ? process.env : { ...process.env, NO_COLOR: '1', FORCE_COLOR: undefined },
    });
    const printed = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => printed.push(chunk));
    child.once('error', (error) => signal.aborted || reject(error));
    child.once('close', (code) => {
      if (inOnePiece) process.stdout.write(Buffer.concat(printed));
      resolve(code ?? 1);
    });
  });
}
