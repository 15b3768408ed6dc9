import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { question, read } from '../../test/dns.js';
import { freePort } from '../../test/rig.js';
import { defaultLimits } from '../limits.js';
import { emptyAnswer, parseQuery, rcode, type Query } from './dns-message.js';
import { Frames, frame } from './frames.js';
import type { Resolver } from './host-resolvers.js';
import { Relay } from './relay.js';

const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

function parsed(message: Buffer): Query {
  const query = parseQuery(message);
  if (typeof query !== 'object') throw new Error('Not a question.');
  return query;
}

/** A resolver that knows no name, over UDP and TCP; before each UDP answer comes a forged one with another id. */
async function resolver(): Promise<Resolver> {
  const answer = (message: Buffer) => emptyAnswer(message, rcode.noSuchName, parsed(message));
  const tcp = createServer((socket) => {
    const frames = new Frames(4_096);
    socket.on('error', () => undefined);
    socket.on('data', (chunk: Buffer) =>
      (frames.push(chunk) ?? []).forEach((message) => socket.write(frame(answer(message)))),
    );
  }).listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket('udp4');
  udp.on('message', (message, from) => {
    const forged = emptyAnswer(message, rcode.ok, parsed(message));
    forged.writeUInt16BE(message.readUInt16BE(0) ^ 1, 0);
    udp.send(forged, from.port, from.address);
    udp.send(answer(message), from.port, from.address);
  });
  udp.bind(port, '127.0.0.1');
  await once(udp, 'listening');
  ends.push(
    () => udp.close(),
    () => tcp.close(),
  );
  return { address: '127.0.0.1', port };
}

/** Takes everything and answers nothing. */
async function silent(): Promise<Resolver> {
  const udp = createSocket('udp4');
  udp.bind(0, '127.0.0.1');
  await once(udp, 'listening');
  ends.push(() => udp.close());
  return { address: '127.0.0.1', port: udp.address().port };
}

describe('a name that the host is asked for', () => {
  it.each(['udp', 'tcp'] as const)(
    'comes back over %s under the asker’s id, from the first resolver that answers',
    async (over) => {
      const resolvers = [{ address: '127.0.0.1', port: await freePort() }, await resolver()];
      const relay = new Relay(async () => resolvers, defaultLimits);
      const answer = await relay.ask(parsed(question('example.org', 1, 4711)), over, 'team');
      expect(read(answer)).toMatchObject({ id: 4711, code: 3 });
    },
  );

  it('fails in time where no resolver answers, at once where too many are asked for, and frees its place', async () => {
    const to = await silent();
    const relay = new Relay(async () => [to], { ...defaultLimits, namesMs: 200, namesPerTeam: 1 });
    const ask = (team: string) => relay.ask(parsed(question('example.org')), 'udp', team);
    let ended = '';
    const first = ask('team').then((answer) => {
      ended += 'first ';
      return answer;
    });
    const others = ask('others');
    const second = await ask('team').then((answer) => {
      ended += 'second ';
      return answer;
    });
    expect([second, await first, await others].map((answer) => read(answer).code)).toEqual([2, 2, 2]);
    await ask('team').then(() => (ended += 'third'));
    expect(ended).toBe('second first third');
  });

  it('fails where the host has no resolver', async () => {
    const relay = new Relay(async () => [], defaultLimits);
    expect(read(await relay.ask(parsed(question('example.org')), 'udp', 'team')).code).toBe(2);
  });
});
