import { useEffect, useState } from 'react';
import type { AppLogLine } from '#libs/contracts/api/logs.js';
import { path, query } from '../client/http.ts';
import type { ApiProblem } from '../client/problem.ts';
import { openStream, type StreamState } from '../live/stream.ts';

export interface LogFilter {
  search?: string | undefined;
  instance?: string | undefined;
}

/** Lines kept on the page; older ones leave at the top. */
const MAX_LINES = 5000;

export interface LiveLog {
  lines: AppLogLine[];
  state: StreamState;
  problem: ApiProblem | null;
}

/** Follows an app's output. While `paused`, lines are gathered but not shown. */
export function useAppLogs(app: string, filter: LogFilter, paused: boolean): LiveLog & { waiting: number } {
  const [log, setLog] = useState<LiveLog>({ lines: [], state: 'connecting', problem: null });
  const [held, setHeld] = useState<AppLogLine[] | null>(null);
  const { instance, search } = filter;
  useEffect(() => {
    setLog({ lines: [], state: 'connecting', problem: null });
    let gathered: AppLogLine[] = [];
    let frame: number | null = null;
    const flush = () => {
      frame = null;
      const fresh = gathered;
      gathered = [];
      setLog((now) => ({ ...now, lines: [...now.lines, ...fresh].slice(-MAX_LINES) }));
    };
    const stream = openStream(
      `/v1${path('apps', app, 'logs', 'stream')}${query({ instance, search, tail: 500 })}`,
      {
        onState: (state, problem) => setLog((now) => ({ ...now, state, problem })),
        onMessage: ({ event, data }) => {
          if (event !== 'line') return;
          gathered.push(JSON.parse(data) as AppLogLine);
          frame ??= requestAnimationFrame(flush);
        },
      },
    );
    return () => {
      stream.close();
      if (frame !== null) cancelAnimationFrame(frame);
    };
  }, [app, instance, search]);

  useEffect(() => {
    setHeld((now) => (paused ? (now ?? log.lines) : null));
    // What is shown freezes at the moment of the pause, not at each new line.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [paused]);
  return { ...log, lines: held ?? log.lines, waiting: held === null ? 0 : newerThan(held, log.lines) };
}

function newerThan(held: AppLogLine[], lines: AppLogLine[]): number {
  const last = held.at(-1);
  return last === undefined ? lines.length : lines.length - 1 - lines.lastIndexOf(last);
}
