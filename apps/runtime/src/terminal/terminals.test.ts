import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { terminalLimits, type TerminalLimits } from '#libs/core/terminal-limits.js';
import { waitFor } from '#libs/core/wait.js';
import type { ServerFrame } from '#libs/contracts/terminal-frames.js';
import { MemoryEngine } from '#libs/engine/memory/memory-engine.js';
import { label } from '#libs/engine/port.js';
import { toServer, type ToServer } from '#libs/terminal/channel.js';
import { toClient } from '#libs/terminal/to-client.js';
import { Terminals } from './terminals.js';

const berthId = 'memory';
const patience = { timeoutMs: 5_000 };

let engine: MemoryEngine;
let containerId: string;
let terminals: Terminals;
let server: Server;
const clients: WebSocket[] = [];
const warnings: string[] = [];

async function open(limits: Partial<TerminalLimits> = {}): Promise<void> {
  terminals = new Terminals({
    engine,
    warn: (message) => warnings.push(message),
    limits: { ...terminalLimits, ...limits },
  });
  const sockets = new WebSocketServer({ noServer: true });
  server = createServer().on('upgrade', (request, socket, head) =>
    sockets.handleUpgrade(request, socket, head, (one) => {
      void terminals.exec(toClient(one), { appId: 'app', instanceId: 'instance', containerId });
    }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
}

function connect(): { channel: ToServer; socket: WebSocket } {
  const { port } = server.address() as AddressInfo;
  const socket = new WebSocket(`ws://127.0.0.1:${port}`);
  clients.push(socket);
  return { channel: toServer(socket), socket };
}

async function begin(command: string[], terminal = false): Promise<ReturnType<typeof connect>> {
  const opened = connect();
  await waitFor('the connection', () => opened.socket.readyState >= WebSocket.OPEN, patience);
  const size = { columns: 80, rows: 24, kind: 'xterm' };
  await opened.channel.send({ t: 'start', command, terminal: terminal ? size : null });
  return opened;
}

/** All that comes until the connection ends; data as text. */
async function all(channel: ToServer): Promise<unknown[]> {
  const frames: unknown[] = [];
  for await (const frame of channel.frames()) frames.push(shown(frame));
  return frames;
}
const shown = (frame: ServerFrame): unknown =>
  'data' in frame ? [frame.t, Buffer.from(frame.data).toString()] : frame;

const running = async (): Promise<number> => ((await engine.stats(containerId))?.pids ?? 1) - 1;
const nothingLeft = () => waitFor('nothing to be left', async () => (await running()) === 0, patience);

beforeEach(async () => {
  engine = new MemoryEngine({
    berthId,
    images: ['image'],
    programs: {
      serve: {},
      speak: {
        lines: [
          { stream: 'stdout', text: 'one' },
          { stream: 'stderr', text: 'two' },
        ],
        exits: 3,
      },
      stay: { lines: [{ stream: 'stdout', text: 'here' }] },
      echo: { echoes: true },
    },
  });
  ({ id: containerId } = await engine.create({
    name: 'one',
    image: 'image',
    command: ['serve'],
    env: {},
    labels: { [label.id]: berthId },
    network: 'n',
    address: '10.0.0.2',
    limits: { memoryMb: 64, cpus: 1, pids: 64 },
    graceSeconds: 1,
  }));
  await engine.start(containerId);
  warnings.length = 0;
});
afterEach(async () => {
  for (const client of clients.splice(0)) client.terminate();
  await terminals.stop();
  await new Promise((resolve) => server.close(resolve));
});

describe('a terminal', () => {
  it('tells what a command prints, by stream, and how it ended', async () => {
    await open();
    const { channel } = await begin(['speak']);
    expect(await all(channel)).toEqual([
      { t: 'started', instance: 'instance', terminal: false },
      ['stdout', 'one\n'],
      ['stderr', 'two\n'],
      { t: 'exit', code: 3 },
    ]);
  });

  it('passes on all that is typed, whole and in order', async () => {
    await open();
    const { channel } = await begin(['echo']);
    const sent = Buffer.alloc(500_000, 'abcdefg\n');
    const reading = all(channel);
    await channel.send({ t: 'stdin', data: sent });
    await channel.send({ t: 'eof' });
    const frames = await reading;
    const text = frames.flatMap((frame) => (Array.isArray(frame) ? [frame[1] as string] : [])).join('');
    expect(text.length).toBe(sent.length);
    expect(text).toBe(sent.toString());
    expect(frames.at(-1)).toEqual({ t: 'exit', code: 0 });
  });

  it('goes on after its client has held it back', async () => {
    await open();
    const { channel } = await begin(['echo']);
    const frames = channel.frames();
    await frames.next();
    await channel.send({ t: 'stdin', data: Buffer.from('1') });
    await frames.next();
    await channel.send({ t: 'pause' });
    await channel.send({ t: 'resume' });
    await channel.send({ t: 'stdin', data: Buffer.from('2') });
    await channel.send({ t: 'eof' });
    expect(shown((await frames.next()).value as ServerFrame)).toEqual(['stdout', '2']);
    expect((await frames.next()).value).toEqual({ t: 'exit', code: 0 });
  });

  it('leaves nothing behind when its client vanishes', async () => {
    await open();
    const { socket, channel } = await begin(['stay']);
    await channel.frames().next();
    expect([await running(), terminals.countIn('instance')]).toEqual([1, 1]);
    socket.terminate();
    await nothingLeft();
    await waitFor('it to be over', () => terminals.countIn('instance') === 0, patience);
    expect(warnings).toEqual([]);
  });

  it('ends when nothing happens for long, and when it has lasted for long, and says so', async () => {
    await open({ idleMs: 50 });
    expect((await all((await begin(['stay'])).channel)).at(-1)).toMatchObject({
      t: 'failed',
      code: 'terminal_idle',
    });
    await nothingLeft();
    await new Promise((resolve) => server.close(resolve));
    await open({ totalMs: 50 });
    expect((await all((await begin(['stay'])).channel)).at(-1)).toMatchObject({
      t: 'failed',
      code: 'terminal_time',
    });
    await nothingLeft();
  });

  it('is refused when the app has as many as it may', async () => {
    await open({ perApp: 1 });
    const first = await begin(['stay']);
    await first.channel.frames().next();
    expect(await all((await begin(['stay'])).channel)).toMatchObject([
      { t: 'failed', code: 'too_many_terminals' },
    ]);
    expect(await running()).toBe(1);
  });

  it('ends with its instance', async () => {
    await open();
    const { channel } = await begin(['stay']);
    const frames = all(channel);
    await waitFor('the command', async () => (await running()) === 1, patience);
    await terminals.endIn('instance');
    expect(await running()).toBe(0);
    expect((await frames).at(-1)).toMatchObject({ t: 'failed', code: 'terminal_ended' });
  });

  it('is refused where nothing runs, and to a client that does not keep to the rules', async () => {
    await open();
    engine.exit(containerId, 1);
    expect(await all((await begin(['stay'])).channel)).toMatchObject([
      { t: 'failed', code: 'instance_not_running' },
    ]);
    const { channel, socket } = connect();
    await waitFor('the connection', () => socket.readyState === WebSocket.OPEN, patience);
    socket.send('nonsense');
    expect(await all(channel)).toMatchObject([{ t: 'failed', code: 'terminal_protocol' }]);
  });

  it('of an earlier runtime leaves nothing behind either', async () => {
    await open();
    await engine.exec(containerId, { id: 'stray', command: ['stay'], env: {}, terminal: null });
    const { channel } = await begin(['stay']);
    await channel.frames().next();
    await terminals.sweep();
    expect(await running()).toBe(1);
    expect(warnings).toHaveLength(1);
  });
});
