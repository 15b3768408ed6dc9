import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAlive, stopProcess } from './lib/processes.mjs';
import { RunRecords } from './records.mjs';
import { Runner } from './runner.mjs';

let copy;
let records;
const runners = [];

beforeEach(async () => {
  const home = await mkdtemp(join(tmpdir(), 'berth-runner-'));
  copy = { runDir: home, logs: join(home, 'logs'), state: { parts: { thing: { source: 'own' } } } };
  records = await RunRecords.open(copy);
});

afterEach(async () => {
  for (const runner of runners.splice(0)) runner.release();
  await stopProcess(records.entry('thing').identity, { graceMs: 0 });
  await rm(copy.runDir, { recursive: true, force: true, maxRetries: 5 });
});

/** A part that is a real process; `script` is what it does. */
function part(script, extra = {}) {
  return {
    name: 'thing',
    title: 'Thing',
    stop: { graceMs: 1000 },
    command: () => ({ command: process.execPath, args: ['-e', script] }),
    ready: async () => true,
    ...extra,
  };
}

function runner(thing, with_ = records) {
  const made = new Runner(thing, with_, () => {});
  runners.push(made);
  return made;
}

const forever = 'setInterval(() => {}, 1000)';
const pidOf = () => records.entry('thing').identity?.pid ?? null;

describe('a supervised part', () => {
  it('that is killed comes back, and its restarts are counted', async () => {
    const one = runner(part(forever));
    one.want(copy);
    await expect.poll(() => one.status().state).toBe('ready');
    const before = pidOf();
    process.kill(before, 'SIGKILL');
    await expect
      .poll(() => one.status().state === 'ready' && pidOf() !== before, { timeout: 5000 })
      .toBe(true);
    expect(one.status().restarts).toBe(1);
  });

  it('is taken over, not started twice, by the next supervisor', async () => {
    const first = runner(part(forever));
    first.want(copy);
    await expect.poll(() => first.status().state).toBe('ready');
    const before = pidOf();
    first.release();
    const again = await RunRecords.open(copy);
    expect(again.wanted()).toEqual(['thing']);
    const second = runner(part(forever), again);
    second.want(copy);
    await expect.poll(() => second.status().state).toBe('ready');
    expect(second.status().pid).toBe(before);
  });

  it('that ends at once is not ready, says so, and is tried again', async () => {
    const one = runner(part('process.exit(1)', { ready: async () => false }));
    one.want(copy);
    await expect.poll(() => one.status().restarts, { timeout: 5000 }).toBeGreaterThanOrEqual(2);
    expect(one.status().state).not.toBe('ready');
    expect(one.status().error).toMatch(/ended before it was ready/);
  });

  it('whose preparation fails is tried again, with the reason shown', async () => {
    let times = 0;
    const before = async () => {
      if (++times < 3) throw new Error('no bridge yet');
    };
    const one = runner(part(forever, { before }));
    one.want(copy);
    await expect.poll(() => one.status().error).toBe('no bridge yet');
    await expect.poll(() => one.status().state, { timeout: 5000 }).toBe('ready');
    expect(one.status().error).toBeNull();
  });

  it('that can overlap is replaced without a moment in which none runs', async () => {
    const one = runner(part(forever, { overlap: true, stop: { graceMs: 1000, drainMs: 1000 } }));
    one.want(copy);
    await expect.poll(() => one.status().state).toBe('ready');
    const old = { ...records.entry('thing').identity };
    let gap = false;
    const watch = setInterval(() => {
      const now = records.entry('thing').identity;
      if (!isAlive(old) && !isAlive(now)) gap = true;
    }, 1);
    await one.restart(copy);
    await expect
      .poll(() => one.status().state === 'ready' && pidOf() !== old.pid && !isAlive(old), { timeout: 5000 })
      .toBe(true);
    clearInterval(watch);
    expect(gap).toBe(false);
  });

  it('of somebody else is watched and never started', async () => {
    copy.state.parts.thing.source = 'external';
    let answers = false;
    const one = runner(part(forever, { ready: async () => answers }));
    one.want(copy);
    await expect.poll(() => one.status().state).toBe('waiting');
    answers = true;
    await expect.poll(() => one.status().state, { timeout: 3000 }).toBe('ready');
    expect(pidOf()).toBeNull();
  });
});
