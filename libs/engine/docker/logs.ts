import type { LogLine, LogOptions } from '../port.js';
import type { DockerClient } from './client.js';
import { LogDemultiplexer } from './demux.js';
import { toEngineError } from './errors.js';
import { watchIdle } from './streams.js';
import { TerminalLog } from './terminal-log.js';

/** Lines of one container; goes on after the stream was silent for `idleMs` (it may have died without an end). */
export async function* readLogs(
  client: DockerClient,
  id: string,
  options: LogOptions & { idleMs: number },
): AsyncGenerator<LogLine> {
  let since = options.since;
  let tail = options.tail;
  for (;;) {
    let idle = false;
    for await (const line of readOnce(client, id, { ...options, since, tail }, () => (idle = true))) {
      since = line.at;
      yield line;
    }
    if (!idle || options.signal?.aborted) return;
    tail = undefined;
  }
}

async function* readOnce(
  client: DockerClient,
  id: string,
  options: LogOptions & { idleMs: number },
  onIdle: () => void,
): AsyncGenerator<LogLine> {
  const query: Record<string, string> = {
    stdout: '1',
    stderr: '1',
    timestamps: '1',
    follow: options.follow ? '1' : '0',
  };
  if (options.since !== undefined) query.since = toUnix(options.since);
  if (options.tail !== undefined) query.tail = String(options.tail);
  const stream = await client.stream(
    'read its log',
    `/containers/${encodeURIComponent(id)}/logs`,
    query,
    options.signal,
  );
  const watch = watchIdle(stream, options.idleMs);
  const reader = options.terminal ? new TerminalLog() : new LogDemultiplexer();
  // The Engine's `since` includes its instant, ours does not.
  const isNew = (line: LogLine): boolean => options.since === undefined || line.at > options.since;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      watch.touch();
      yield* reader.push(chunk).filter(isNew);
    }
  } catch (error) {
    if (!options.signal?.aborted && !watch.wentIdle()) throw toEngineError(error, 'read its log');
  } finally {
    watch.stop();
    stream.destroy();
  }
  if (watch.wentIdle()) onIdle();
  else yield* reader.end().filter(isNew);
}

/** `2026-01-02T03:04:05.000000001Z` as `seconds.nanoseconds`. */
export function toUnix(at: string): string {
  const [whole = '', fraction = '0'] = at.replace(/Z$/, '').split('.');
  return `${Math.floor(Date.parse(`${whole}Z`) / 1000)}.${fraction.padEnd(9, '0').slice(0, 9)}`;
}
