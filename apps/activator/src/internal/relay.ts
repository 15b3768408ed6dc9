import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { Resolver } from '#apps/activator/src/internal/host-resolvers.js';
import {
  answersTo,
  emptyAnswer,
  rcode,
  withId,
  type Query,
} from '#apps/activator/src/internal/dns-message.js';
import { Frames, frame } from '#apps/activator/src/internal/frames.js';
import type { Limits } from '#apps/activator/src/limits.js';

type RelayLimits = Pick<Limits, 'namesPerTeam' | 'namesInAll' | 'namesMs'>;

/** One way to ask one resolver. Null: it gave no answer in time. */
type Ask = (message: Buffer, to: Resolver, ms: number) => Promise<Buffer | null>;

/**
 * Asks the host's resolvers what the activator does not know itself: one after the other, each message under an id and a
 * port of its own, one answer for one question.
 */
export class Relay {
  readonly #resolvers: () => Promise<Resolver[]>;
  readonly #limits: RelayLimits;
  readonly #underWay = new Map<string, number>();
  #inAll = 0;

  constructor(resolvers: () => Promise<Resolver[]>, limits: RelayLimits) {
    this.#resolvers = resolvers;
    this.#limits = limits;
  }

  /** The answer to send back; a failure that makes the asker try elsewhere when there is none. Never rejects. */
  async ask(query: Query, over: 'udp' | 'tcp', team: string): Promise<Buffer> {
    const before = this.#underWay.get(team) ?? 0;
    if (before >= this.#limits.namesPerTeam || this.#inAll >= this.#limits.namesInAll) return failed(query);
    this.#underWay.set(team, before + 1);
    this.#inAll += 1;
    try {
      return (await this.#askEach(query, over === 'udp' ? askUdp : askTcp)) ?? failed(query);
    } catch {
      return failed(query);
    } finally {
      this.#inAll -= 1;
      const left = (this.#underWay.get(team) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(team);
      else this.#underWay.set(team, left);
    }
  }

  async #askEach(query: Query, ask: Ask): Promise<Buffer | null> {
    const resolvers = await this.#resolvers();
    const ms = Math.floor(this.#limits.namesMs / Math.max(1, resolvers.length));
    for (const resolver of resolvers) {
      const id = randomInt(0x10000);
      const answer = await ask(withId(query.message, id), resolver, ms);
      if (answer !== null) return withId(answer, query.id);
    }
    return null;
  }
}

function failed(query: Query): Buffer {
  return emptyAnswer(query.message, rcode.failed, query);
}

/** The socket is connected: the kernel drops what comes from anybody else, and says when nobody listens. */
const askUdp: Ask = (message, to, ms) =>
  new Promise((resolve) => {
    const id = message.readUInt16BE(0);
    const socket = createSocket(isIPv6(to.address) ? 'udp6' : 'udp4');
    const end = (answer: Buffer | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.close();
      resolve(answer);
    };
    const timer = setTimeout(() => end(null), ms);
    socket.on('error', () => end(null));
    socket.on('message', (answer) => {
      if (answersTo(id, answer)) end(answer);
    });
    socket.connect(to.port, to.address, () => socket.send(message));
  });

const askTcp: Ask = (message, to, ms) =>
  new Promise((resolve) => {
    const id = message.readUInt16BE(0);
    const socket = connect({ host: to.address, port: to.port });
    const frames = new Frames(0xffff);
    const end = (answer: Buffer | null): void => {
      clearTimeout(timer);
      socket.removeAllListeners();
      socket.on('error', () => undefined);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end(null), ms);
    socket.on('error', () => end(null));
    socket.on('close', () => end(null));
    socket.on('data', (chunk: Buffer) => {
      const [answer] = frames.push(chunk) ?? [];
      if (answer !== undefined) end(answersTo(id, answer) ? answer : null);
    });
    socket.write(frame(message));
  });
