import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import Docker from 'dockerode';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { label } from '../port.js';
import { DockerEngine } from './docker-engine.js';

const dockerHost = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
const socketPath = dockerHost.replace(/^unix:\/\//, '');
/** Any Debian minbase: it has perl. */
const image = process.env.BERTH_TEST_IMAGE ?? 'berth/dev-base:trixie';
const patience = { timeoutMs: 15_000 };
const address = '10.78.0.2';
const port = 8080;

/** One process never rests, another answers `hi`. */
const busy = `if (!fork) { 1 while 1 }
use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalAddr=>"0.0.0.0",LocalPort=>${port},Listen=>16) or die $!;
while (my $c = $s->accept) { print $c "hi\\n"; close $c }`;

describe('docker: a frozen container', () => {
  const berthId = randomBytes(3).toString('hex');
  /** As after a restart of the runtime: what it knows is what the host tells. */
  const another = (host = dockerHost): DockerEngine => new DockerEngine({ dockerHost: host, berthId });
  const network = {
    name: `berth-${berthId}-team`,
    bridge: `b${berthId}t1`,
    subnet: '10.78.0.0/24',
    gateway: '10.78.0.1',
    labels: { [label.id]: berthId },
  };
  let engine: DockerEngine;
  let id: string;

  beforeEach(async () => {
    engine = another();
    await engine.ensureNetwork(network);
    ({ id } = await engine.create({
      name: `berth-${berthId}-one`,
      image,
      command: ['perl', '-e', busy],
      env: {},
      labels: { [label.id]: berthId },
      network: network.name,
      address,
      limits: { memoryMb: 64, cpus: 1, pids: 64 },
      graceSeconds: 1,
    }));
    await engine.start(id);
    await waitFor('an answer', async () => (await ask().answer) === 'hi\n', patience);
  });

  afterEach(async () => {
    for (const view of await another().list()) await another().remove(view.id);
    await another().removeNetwork(network.name);
  });

  it('uses no CPU, takes connections without answering, and answers those that wait once thawed', async () => {
    expect(await engine.freeze(id)).toBe(true);
    const before = await engine.stats(id);
    const waiting = ask();
    await once(waiting.socket, 'connect');
    let answered = false;
    void waiting.answer.then(() => (answered = true));
    expect((await engine.stats(id))?.cpuNanos).toBe(before?.cpuNanos);
    expect(answered).toBe(false);
    expect(await engine.thaw(id)).not.toBe(false);
    expect(await waiting.answer).toBe('hi\n');
  });

  it('goes on when another process writes to its freezer what is said, and is known to', async () => {
    await engine.freeze(id);
    const thawing = engine.thawing(id);
    if (thawing === null) return expect((await engine.info()).freezer).toBe('engine');
    await writeFile(thawing.file, thawing.text, { flag: 'r+' });
    expect(await ask().answer).toBe('hi\n');
    expect(await engine.list()).toMatchObject([{ id, state: 'running' }]);
    expect([engine.thawing(id), await engine.thaw(id)]).toEqual([null, 'already']);
    expect(await engine.freeze(id)).toBe(true);
  });

  it('is known as such to a runtime that starts anew, and thawed, started, stopped or removed by it', async () => {
    await engine.freeze(id);
    expect(await another().list()).toMatchObject([{ id, state: 'paused' }]);
    const next = another();
    expect(await next.inspect(id)).toMatchObject({ state: 'paused' });
    expect(await next.thaw(id)).toBe((await next.info()).freezer === 'engine' ? 'engine' : 'freezer');
    expect(await ask().answer).toBe('hi\n');

    await next.freeze(id);
    expect((await another().start(id)).started).toBe('thawed');
    // What the first one knew of it is out of date.
    expect(await engine.inspect(id)).toMatchObject({ state: 'running' });
    expect(await engine.thaw(id)).toBe('already');

    await engine.freeze(id);
    await another().stop(id, 1);
    expect(await engine.inspect(id)).toMatchObject({ state: 'exited' });
    expect(await engine.start(id)).toMatchObject({ started: 'now' });
    await engine.freeze(id);
    await another().remove(id);
    expect([await engine.thaw(id), await engine.inspect(id)]).toEqual([false, null]);
  });

  it('that the Engine itself paused is left to the Engine to thaw, by whom it is thawed', async () => {
    const container = new Docker({ socketPath }).getContainer(id);
    await container.pause();
    expect(await engine.list()).toMatchObject([{ id, state: 'paused' }]);
    expect(await engine.freeze(id)).toBe(true);
    expect(await engine.thaw(id)).toBe('engine');
    expect((await container.inspect()).State).toMatchObject({ Paused: false, Running: true });
    expect(await ask().answer).toBe('hi\n');
  });

  it('is paused by the Engine where its cgroup is out of reach', async () => {
    const proxy = await listen(createServer((socket) => relay(socket, connect(socketPath))));
    const remote = another(`tcp://127.0.0.2:${(proxy.address() as AddressInfo).port}`);
    try {
      expect(await remote.info()).toMatchObject({ freezer: 'engine' });
      const container = new Docker({ socketPath }).getContainer(id);
      expect([await remote.freeze(id), await remote.freeze(id)]).toEqual([true, true]);
      expect((await container.inspect()).State.Paused).toBe(true);
      expect(await remote.list()).toMatchObject([{ id, state: 'paused' }]);
      expect(await remote.thaw(id)).toBe('engine');
      expect(await ask().answer).toBe('hi\n');
    } finally {
      proxy.close();
    }
  });
});

/** Connects to the container; the answer comes when it says something and hangs up. */
function ask(): { socket: Socket; answer: Promise<string> } {
  const socket = connect({ host: address, port });
  const answer = (async () => {
    let text = '';
    for await (const chunk of socket) text += String(chunk);
    return text;
  })();
  return { socket, answer };
}

async function listen(server: Server): Promise<Server> {
  server.listen(0, '127.0.0.2');
  await once(server, 'listening');
  return server;
}

function relay(one: Socket, other: Socket): void {
  one.pipe(other).pipe(one);
  one.on('error', () => other.destroy());
  other.on('error', () => one.destroy());
}
