import type { ServerResponse } from 'node:http';
import { isAtLeast } from '#libs/core/log-level.js';
import type { AppLogFilter } from '#libs/contracts/api/logs.js';
import type { RuntimeLogQuery } from '#libs/contracts/runtime-api.js';
import type { LogKeeper } from '../logs/log-keeper.js';
import type { InstanceLogLine } from '../logs/log-line.js';

/** Lines that wait for a slow reader; what comes on top of them is left out, and said. */
const maxWaiting = 5_000;

/** Writes the newest lines that match, and with `follow` those that come, until the reader leaves. */
export async function sendLogs(
  logs: LogKeeper,
  query: RuntimeLogQuery,
  response: ServerResponse,
): Promise<void> {
  const matches = matcher(query);
  const waiting: InstanceLogLine[] = [];
  let wake: (() => void) | null = null;
  // Listening before reading: a line that comes in between is sent twice rather than never, and known by its time.
  const stop =
    query.follow === '1'
      ? logs.listen(query.appId, (lines) => {
          waiting.push(...lines.filter(matches).slice(0, Math.max(0, maxWaiting - waiting.length)));
          wake?.();
        })
      : () => undefined;
  response.once('close', () => wake?.());
  try {
    response.writeHead(200, { 'content-type': 'application/x-ndjson' });
    response.flushHeaders();
    const past = query.tail === 0 ? [] : await logs.read(query.appId, query.tail, matches);
    const last = newestByInstance(past);
    await write(response, past);
    while (query.follow === '1' && !response.destroyed) {
      const fresh = waiting.splice(0).filter((line) => line.at > (last.get(line.instance) ?? ''));
      await write(response, fresh);
      if (waiting.length === 0 && !response.destroyed) {
        await new Promise<void>((resolve) => (wake = resolve));
        wake = null;
      }
    }
  } finally {
    stop();
    response.end();
  }
}

/** Which lines the reader asked for. Search ignores case. */
export function matcher(
  query: AppLogFilter & Pick<RuntimeLogQuery, 'withoutOneOffs'>,
): (line: InstanceLogLine) => boolean {
  const search = query.search?.toLowerCase();
  const { instance, process, level } = query;
  const since = query.since === undefined ? -Infinity : Date.parse(query.since);
  const until = query.until === undefined ? Infinity : Date.parse(query.until);
  const isInTime = ({ at }: InstanceLogLine): boolean => {
    const time = Date.parse(at);
    return time >= since && time < until;
  };
  const isTimeAsked = query.since !== undefined || query.until !== undefined;
  return (line) =>
    (query.withoutOneOffs === undefined || line.oneOff === undefined) &&
    (instance === undefined || line.instance === instance) &&
    (process === undefined || line.process === process) &&
    (!isTimeAsked || isInTime(line)) &&
    (search === undefined || line.text.toLowerCase().includes(search)) &&
    (level === undefined || isAtLeast(line.text, level));
}

function newestByInstance(lines: InstanceLogLine[]): Map<string, string> {
  return new Map(lines.map((line) => [line.instance, line.at]));
}

async function write(response: ServerResponse, lines: InstanceLogLine[]): Promise<void> {
  if (lines.length === 0 || response.destroyed) return;
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  if (!response.write(text)) await drained(response);
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done).off('close', done);
      resolve();
    };
    response.once('drain', done).once('close', done);
  });
}
