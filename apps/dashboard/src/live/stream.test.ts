import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStream, type StreamState } from './stream.ts';

/** One connection that a test answers as it likes. */
interface Connection {
  lastEventId: string | null;
  write: (text: string) => void;
  end: () => void;
  cut: () => boolean;
}

let connections: Connection[] = [];
let answers: (() => Response)[] = [];
const network = new EventTarget();

beforeEach(() => {
  vi.useFakeTimers();
  connections = [];
  answers = [];
  vi.stubGlobal('window', network);
  vi.stubGlobal('fetch', (_: string, { headers, signal }: RequestInit) => {
    const made = answers.shift();
    if (made) {
      connections.push({ lastEventId: null, write: () => {}, end: () => {}, cut: () => false });
      return Promise.resolve(made());
    }
    const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
    const writer = writable.getWriter();
    const cut = new Promise<never>((_resolve, reject) =>
      signal?.addEventListener('abort', () => {
        void writer.abort(signal.reason).catch(() => undefined);
        reject(signal.reason as Error);
      }),
    );
    connections.push({
      lastEventId: new Headers(headers).get('Last-Event-ID'),
      write: (text) => void writer.write(new TextEncoder().encode(text)).catch(() => undefined),
      end: () => void writer.close().catch(() => undefined),
      cut: () => signal?.aborted ?? false,
    });
    return Promise.race([Promise.resolve(new Response(readable)), cut]);
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function follow() {
  const states: StreamState[] = [];
  const heard: string[] = [];
  const stream = openStream('/v1/events/stream', {
    onState: (state) => states.push(state),
    onMessage: ({ data }) => heard.push(data),
  });
  return { states, heard, stream };
}

const connected = (count: number) =>
  vi.waitFor(() => expect(connections).toHaveLength(count), { timeout: 20_000, interval: 250 });

describe('a stream', () => {
  it('comes back after a break and asks for what came after the last thing it heard', async () => {
    const { states, heard, stream } = follow();
    await connected(1);
    connections[0]!.write('id: 41\ndata: one\n\n');
    await vi.waitFor(() => expect(heard).toEqual(['one']));
    connections[0]!.end();
    await connected(2);
    expect(connections[1]!.lastEventId).toBe('41');
    connections[1]!.write('id: 42\ndata: two\n\n');
    await vi.waitFor(() => expect(heard).toEqual(['one', 'two']));
    expect(states).toEqual(['connecting', 'open', 'lost', 'open']);
    stream.close();
  });

  it('notices a connection that died without an end', async () => {
    const { states, stream } = follow();
    await vi.waitFor(() => expect(states).toContain('open'));
    await vi.advanceTimersByTimeAsync(46_000);
    expect(connections[0]!.cut()).toBe(true);
    await connected(2);
    stream.close();
  });

  it('does not wait when the network goes and comes', async () => {
    const { states, stream } = follow();
    await vi.waitFor(() => expect(states).toContain('open'));
    network.dispatchEvent(new Event('offline'));
    await vi.waitFor(() => expect(states.at(-1)).toBe('lost'));
    network.dispatchEvent(new Event('online'));
    await connected(2);
    stream.close();
  });

  it('asks again after an answer that may change, and never after one that will not', async () => {
    answers = [502, 429].map((status) => () => new Response('', { status }));
    const tried = follow();
    await connected(3);
    tried.stream.close();
    connections = [];
    answers = [() => new Response('', { status: 401 })];
    const refused = follow();
    await vi.waitFor(() => expect(refused.states.at(-1)).toBe('refused'));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(connections).toHaveLength(1);
    refused.stream.close();
  });
});
