import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from './lib/net.mjs';
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

/** Says its pid to whoever calls, over TCP and UDP. */
const listens = (place) => `
  import { createSocket } from 'node:dgram';
  import { createServer } from 'node:net';
  import { KeptSockets } from '#libs/config/kept-sockets.js';
  const [sockets, said] = [KeptSockets.own(), String(process.pid)];
  const udp = createSocket({ type: 'udp4', reusePort: true });
  udp.on('message', (_, from) => udp.send(said, from.port, from.address));
  await sockets.listen(createServer((socket) => socket.end(said)), ${JSON.stringify(place)});
  await sockets.bind(udp, ${JSON.stringify(place)});
`;

async function call({ host, port }) {
  let said = '';
  for await (const chunk of connect(port, host)) said += chunk;
  return said;
}

async function ask({ host, port }) {
  const socket = createSocket('udp4');
  socket.send('who?', port, host);
  const [answer] = await once(socket, 'message');
  socket.close();
  return String(answer);
}

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

  it('that keeps its sockets refuses nobody while it is away: who calls is answered by the next one', async () => {
    const place = { host: '127.0.0.1', port: await freePort() };
    const args = ['--conditions=berth-source', '--disable-warning=DEP0112', '--input-type=module', '-e'];
    const command = () => ({ command: process.execPath, args: [...args, listens(place)] });
    const one = runner(part('', { keepsSockets: true, command }));
    one.want(copy);
    // Beside the channel that they come by, both sockets.
    await expect.poll(() => one.sockets.inheritance().stdio.length, { timeout: 5000 }).toBe(3);
    for (let round = 0; round < 2; round += 1) {
      const before = records.entry('thing').identity;
      process.kill(before.pid, 'SIGKILL');
      await expect.poll(() => isAlive(before)).toBe(false);
      const answers = await Promise.all([call(place), call(place), ask(place)]);
      expect(new Set(answers)).toEqual(new Set([String(pidOf())]));
      expect(pidOf()).not.toBe(before.pid);
    }
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
