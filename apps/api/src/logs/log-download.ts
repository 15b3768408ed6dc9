import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Response } from 'express';
import type { AppLogLine } from '#libs/contracts/api/logs.js';
import { runtimeLogs, type LogWish } from './runtime-logs.js';

/** Reading 20 MB of log takes a second; a slow client takes its time. */
const PATIENCE_MS = 10 * 60_000;

/** Sends lines as a file, as the client takes them. Throws `runtime_unreachable` before anything was sent. */
export async function sendLogFile(what: {
  runDir: string;
  wish: LogWish;
  name: string;
  response: Response;
}): Promise<void> {
  const { response } = what;
  const lines = runtimeLogs(what.runDir, what.wish, AbortSignal.timeout(PATIENCE_MS));
  const first = await lines.next();
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  response.attachment(what.name);
  // Whoever stops a download has what they wanted of it.
  await pipeline(Readable.from(texts(first, lines)), response).catch(() => response.destroy());
}

async function* texts(
  first: IteratorResult<AppLogLine, void>,
  rest: AsyncGenerator<AppLogLine, void>,
): AsyncGenerator<string> {
  if (first.done) return;
  yield textOf(first.value);
  for await (const line of rest) yield textOf(line);
}

function textOf({ at, process, instance, stream, text }: AppLogLine): string {
  return `${at} ${process ?? 'app'}.${instance.slice(-8)} ${stream} ${text}\n`;
}
