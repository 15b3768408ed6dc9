/**
 * `npm run bench`: measures a platform and writes bench/results; `usage` says how. Without `--home` it starts a platform of its own and
 * ends it afterwards, also when it is interrupted. Exit code 1 when a row could not be measured, 2 when it was called wrongly.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { Bench } from '#bench/bench.js';
import { readMachine } from '#bench/machine.js';
import { endPlatform, findPlatform, root, startPlatform } from '#bench/platform.js';
import { rowTable, writeReport, type RowReport } from '#bench/report.js';
import type { Row } from '#bench/row.js';
import { row as activator } from '#bench/rows/activator.js';
import { row as buildPressure } from '#bench/rows/build-pressure.js';
import { row as command } from '#bench/rows/command.js';
import { row as functionFirst } from '#bench/rows/function-first.js';
import { row as hotPath } from '#bench/rows/hot-path.js';
import { languageRows } from '#bench/rows/languages.js';
import { row as density } from '#bench/rows/density.js';
import { row as loss } from '#bench/rows/loss.js';
import { row as lostRequests } from '#bench/rows/lost-requests.js';
import { row as memory } from '#bench/rows/memory.js';
import { row as pushToAnswer } from '#bench/rows/push-to-answer.js';
import { row as redeployUnchanged } from '#bench/rows/redeploy-unchanged.js';
import { row as rollback } from '#bench/rows/rollback.js';
import { row as splitAccuracy } from '#bench/rows/split-accuracy.js';
import { row as wakeFrozen } from '#bench/rows/wake-frozen.js';
import { row as wakeMany } from '#bench/rows/wake-many.js';
import { row as wakeStopped } from '#bench/rows/wake-stopped.js';

/** In the order in which they run; memory when everything has worked and rests; density last, since it fills the machine. */
const rows: Row[] = [
  pushToAnswer,
  redeployUnchanged,
  ...languageRows,
  functionFirst,
  rollback,
  hotPath,
  activator,
  wakeFrozen,
  wakeStopped,
  wakeMany,
  lostRequests,
  buildPressure,
  splitAccuracy,
  loss,
  command,
  memory,
  density,
];

/** Between two words of progress in a log. */
const quietNoteMs = 10_000;
let noted = 0;

const usage = `npm run bench -- [options]

Measures a platform and writes bench/results.

  --rows=a,b     these rows alone
  --n=20         repetitions of what takes about a second
  --long         a million requests and a thousand apps where a row says so; that takes a while
  --scale=0.1    that share of the loss row's size, to try it
  --home=DIR     the running platform with this state directory; without, one of its own is started and ended

Rows: ${rows.map(({ name }) => name).join(', ')}.
`;

const options = readOptions();
/** What is to be put away when it is interrupted. */
let putAway: () => Promise<unknown> = () => Promise.resolve();

if (options === null) process.exitCode = 2;
else if (options.help) console.log(usage);
else {
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void putAway().finally(() => process.exit(130)));
  process.exitCode = await main(options).catch((error: unknown) => {
    console.error(messageOf(error));
    return 1;
  });
}

/** null, and words on standard error, when there is no such option. */
function readOptions() {
  try {
    return parseArgs({
      options: {
        rows: { type: 'string' },
        n: { type: 'string', default: '20' },
        long: { type: 'boolean', default: false },
        scale: { type: 'string', default: '1' },
        home: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    }).values;
  } catch (error) {
    console.error(`${messageOf(error)}\n\n${usage}`);
    return null;
  }
}

type Options = NonNullable<ReturnType<typeof readOptions>>;

/** As in libs/core, whose files cannot be run without their types being compiled. */
function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

async function main(options: Options): Promise<number> {
  const chosen = choose(options.rows);
  const own = join(root, '.berth-bench');
  const end = async () => void (options.home === undefined && (await endPlatform(own)));
  putAway = end;
  const platform = options.home === undefined ? await startPlatform(own) : await findPlatform(options.home);
  try {
    const { n, long, scale } = options;
    const bench = new Bench(platform, { n: Number(n), long, scale: scaleOf(scale) }, progress);
    putAway = () => bench.tidy().finally(end);
    const reports: RowReport[] = [];
    for (const row of chosen) reports.push(await measure(row, bench));
    const files = await writeReport({
      at: new Date().toISOString(),
      commit: await commit(),
      machine: await readMachine(platform.parts),
      rows: reports,
    });
    console.log(`\nWritten: ${files.join(', ')}`);
    return reports.some((report) => report.failed !== null) ? 1 : 0;
  } finally {
    await end();
  }
}

/** Throws on a name that no row has. */
function choose(names: string | undefined): Row[] {
  if (names === undefined) return rows;
  return names.split(',').flatMap((name) => {
    const found = rows.filter((each) => each.name === name || each.name.startsWith(`${name}/`));
    if (found.length === 0)
      throw new Error(`There is no row ${name}. There are: ${rows.map((each) => each.name).join(', ')}.`);
    return found;
  });
}

/** A row that fails is told in the table, and the others go on. */
async function measure(row: Row, bench: Bench): Promise<RowReport> {
  const { name, title, how } = row;
  let report: RowReport;
  try {
    report = { name, title, how, figures: await row.run(bench), failed: null };
  } catch (error) {
    report = {
      name,
      title,
      how,
      figures: [],
      failed: messageOf(error),
    };
  }
  await bench.tidy().catch((error: unknown) => console.error(`After ${name}: ${messageOf(error)}`));
  console.log(`\n${rowTable(report)}`);
  return report;
}

/** On a terminal always the newest word; in a log one every ten seconds. */
function progress(text: string): void {
  if (process.stderr.isTTY) return void process.stderr.write(`\r\u001b[K  ${text}`);
  if (Date.now() - noted < quietNoteMs) return;
  noted = Date.now();
  process.stderr.write(`  ${new Date().toISOString().slice(11, 19)} ${text}\n`);
}

/** Throws on what is no share. */
function scaleOf(text: string): number {
  const scale = Number(text);
  if (scale > 0 && scale <= 1) return scale;
  throw new Error(`--scale is a share above 0 and up to 1, not ${text}.`);
}

async function commit(): Promise<string> {
  const { stdout } = await promisify(execFile)('git', ['describe', '--always', '--dirty'], { cwd: root });
  return stdout.trim();
}
