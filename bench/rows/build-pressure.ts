import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Bench } from '#bench/bench.js';
import type { ClientReport } from '#bench/client.js';
import { load } from '#bench/load.js';
import { Repository } from '#bench/repository.js';
import type { Figure, Row } from '#bench/row.js';
import { summarize } from '#bench/summary.js';

const rate = 200;
const connections = 8;
const seconds = 5;

/** A build that only spins would go on until its time is up, a quarter of an hour. */
const spins = 'never ends';

/** Build scripts that an app's owner should never write. Each goes on until it is stopped. */
const hostile: Record<string, string> = {
  'eats memory': `const { spawnSync } = require('node:child_process');
const eat = 'const held = []; for (;;) held.push(Buffer.alloc(64 << 20, 1));';
for (;;) spawnSync(process.execPath, ['-e', eat]);`,
  'forks without end': `const { spawn } = require('node:child_process');
setInterval(() => {
  for (let count = 0; count < 50; count += 1) spawn('sleep', ['600']).on('error', () => undefined);
}, 10);`,
  'fills the disk': `const { openSync, writeSync } = require('node:fs');
const file = openSync('/tmp/filler', 'w');
const block = Buffer.alloc(4 << 20, 1);
for (;;) writeSync(file, block);`,
  [spins]: `const { Worker } = require('node:worker_threads');
for (let count = 0; count < 8; count += 1) new Worker('for (;;);', { eval: true });`,
};

export const row: Row = {
  name: 'build-pressure',
  title: 'A running app beside a build that means no good',
  how:
    `An app answers ${rate} requests a second, on ${connections} connections, ${seconds} s quietly and ${seconds} s while another app's build eats memory, forks without end, ` +
    'fills the disk or spins on eight threads. Limits are the defaults. Ratios compare each time with the quiet one right before it. The build that only spins is cancelled afterwards. ' +
    'Last, the same threads without any build, as a process that the kernel runs only when it has nothing else to do: what this machine itself costs when no processor rests.',
  async run(bench) {
    const app = 'bench-calm';
    await bench.deploy(app);
    const rounds = Math.max(1, Math.round(bench.n / 7));
    const measure = (): Promise<ClientReport> => {
      const { host, port } = bench.edge(app);
      return load({ address: '127.0.0.1', host, port, connections, seconds, rate });
    };
    await measure();
    const figures: Figure[] = [];
    let errors = 0;
    for (const [what, script] of Object.entries(hostile)) {
      const quiet: number[] = [];
      const beside: number[] = [];
      const ends = new Set<string>();
      for (let round = 0; round < rounds; round += 1) {
        bench.note(`a build that ${what}, round ${round + 1} of ${rounds}`);
        quiet.push((await measure()).p99);
        const build = await begin(bench, script);
        const report = await measure();
        beside.push(report.p99);
        errors += report.errors;
        ends.add(await build.end(what === spins ? 0 : 120_000));
      }
      figures.push({
        what: `99th percentile beside a build that ${what}`,
        unit: 'ms',
        value: summarize(beside),
        baseline: { what: 'quiet', value: summarize(quiet) },
        pairedRatio: summarize(beside.map((ms, index) => ms / (quiet[index] ?? ms))).median,
        aim: { of: 'ratio', is: 'at most', than: 2 },
        note: `the build ended as ${[...ends].join(', ')}`,
      });
    }
    figures.push(await besideIdleThreads(rounds, measure));
    figures.push({
      what: 'requests that failed',
      unit: 'requests',
      value: summarize([errors]),
      aim: { of: 'value', is: 'at most', than: 0 },
    });
    return figures;
  },
};

/** The least that threads which never rest can do to a neighbour: no build, no platform, the lowest class of the scheduler. */
async function besideIdleThreads(rounds: number, measure: () => Promise<ClientReport>): Promise<Figure> {
  const quiet: number[] = [];
  const beside: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    quiet.push((await measure()).p99);
    const spinning = spawn('chrt', ['--idle', '0', process.execPath, '--eval', hostile[spins] ?? ''], {
      stdio: 'ignore',
    });
    await once(spinning, 'spawn');
    beside.push((await measure()).p99);
    spinning.kill('SIGKILL');
    await once(spinning, 'exit');
  }
  return {
    what: '… beside eight such threads of the idle class, without a build',
    unit: 'ms',
    value: summarize(beside),
    baseline: { what: 'quiet', value: summarize(quiet) },
    pairedRatio: summarize(beside.map((ms, index) => ms / (quiet[index] ?? ms))).median,
  };
}

/** Pushes an app with that build script and waits until the script runs. `end` says how it ended, and cancels it when it has not within that time. */
async function begin(
  bench: Bench,
  script: string,
): Promise<{ end: (patienceMs: number) => Promise<string> }> {
  const app = 'bench-hostile';
  const repository = await Repository.create();
  bench.onEnd(() => repository.remove());
  bench.onEnd(() => bench.api.remove(app).catch(() => undefined));
  const scripts = { build: 'node build.js', start: 'node build.js' };
  await repository.commit(
    {
      'package.json': JSON.stringify({ name: app, private: true, scripts }),
      'build.js': `// ${bench.nextVersion()}\n${script}\n`,
    },
    'No good',
  );
  const before = await bench.api.newestDeployment(app).catch(() => null);
  const pushing = repository.push(bench.platform, app, true).catch(() => '');
  const number = await untilBuilt(bench, app, before?.number ?? 0);
  return {
    end: async (patienceMs) => {
      const patience = setTimeout(
        () => void bench.api.cancel(app, number).catch(() => undefined),
        patienceMs,
      );
      await pushing;
      clearTimeout(patience);
      const { status, error } = await bench.api.deployment(app, number);
      return error?.code ?? status;
    },
  };
}

/** The newest deployment's number, once its build script has begun to run. */
async function untilBuilt(bench: Bench, app: string, after: number): Promise<number> {
  const deadline = Date.now() + 60_000;
  for (;;) {
    const deployment = await bench.api.newestDeployment(app).catch(() => null);
    if (deployment !== null && deployment.number > after) {
      const step = deployment.steps.find(({ name }) => name === 'build');
      // The base image is there and the context small: what runs half a second later is the script.
      if (step !== undefined && Date.now() - Date.parse(step.startedAt) > 500) return deployment.number;
      if (deployment.endedAt !== null)
        throw new Error(`The build ended too soon: ${deployment.error?.message}`);
    }
    if (Date.now() > deadline) throw new Error('The build did not begin within a minute.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
