import { useEffect, useState } from 'react';
import type { AppLogLine } from '#libs/contracts/api/logs.js';
import type { LogLevel } from '#libs/core/log-level.js';
import { path, query } from '../client/http.ts';
import type { ApiProblem } from '../client/problem.ts';
import { openStream, type StreamState } from '../live/stream.ts';

export interface LogFilter {
  search?: string | undefined;
  instance?: string | undefined;
  level?: LogLevel | undefined;
  since?: string | undefined;
  until?: string | undefined;
}

/** Lines kept on the page; older ones leave at the top. */
const MAX_LINES = 5000;

export interface LiveLog {
  lines: AppLogLine[];
  state: StreamState;
  problem: ApiProblem | null;
}

const nothingYet: LiveLog = { lines: [], state: 'connecting', problem: null };

/** Follows an app's output. While `paused`, lines are gathered but not shown; `waiting` counts them. */
export function useAppLogs(app: string, filter: LogFilter, paused: boolean): LiveLog & { waiting: number } {
  // Of a time that is looked for one wants all; live, the last screens do.
  const tail = filter.since === undefined && filter.until === undefined ? 500 : 2000;
  const of = `/v1${path('apps', app, 'logs', 'stream')}${query({ ...filter, tail })}`;
  const [log, setLog] = useState({ ...nothingYet, of });
  const [held, setHeld] = useState<AppLogLine[] | null>(null);
  useEffect(() => {
    const change = (update: (now: LiveLog) => Partial<LiveLog>) =>
      setLog((now) => {
        const known = now.of === of ? now : { ...nothingYet, of };
        return { ...known, ...update(known) };
      });
    let gathered: AppLogLine[] = [];
    let frame: number | null = null;
    const flush = () => {
      frame = null;
      const fresh = gathered;
      gathered = [];
      change(({ lines }) => ({ lines: [...lines, ...fresh].slice(-MAX_LINES) }));
    };
    const stream = openStream(of, {
      onState: (state, problem) => change(() => ({ state, problem })),
      onMessage: ({ event, data }) => {
        if (event !== 'line') return;
        gathered.push(JSON.parse(data) as AppLogLine);
        frame ??= requestAnimationFrame(flush);
      },
    });
    return () => {
      stream.close();
      if (frame !== null) cancelAnimationFrame(frame);
    };
  }, [of]);

  // What was gathered with other filters is not this view's.
  const current: LiveLog = log.of === of ? log : nothingYet;
  // What is shown freezes at the moment of the pause.
  if (paused && held === null) setHeld(current.lines);
  if (!paused && held !== null) setHeld(null);
  return {
    ...current,
    lines: held ?? current.lines,
    waiting: held === null ? 0 : newerThan(held, current.lines),
  };
}

function newerThan(held: AppLogLine[], lines: AppLogLine[]): number {
  const last = held.at(-1);
  return last === undefined ? lines.length : lines.length - 1 - lines.lastIndexOf(last);
}
