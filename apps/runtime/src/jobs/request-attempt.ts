import { request } from 'node:http';
import type { AttemptEnd } from '#libs/store/job-runs.js';

/** What is asked of the app. */
export interface AppRequest {
  /** Of the activator, which wakes the app. */
  port: number;
  host: string;
  method: 'GET' | 'POST';
  path: string;
  timeoutMs: number;
  /** Facts for the app, as headers. */
  job: { id: string; attempt: number; cron: string | null; slot: Date | null };
  /** `CRON_SECRET` of the app's config, by which it can tell Berth from anybody else. */
  secret: string | null;
  signal: AbortSignal;
}

/** Asks the app for a path; an answer below 400 is success. Its body is read to the end and thrown away. */
export function askApp(wanted: AppRequest): Promise<AttemptEnd> {
  const { port, host, method, path, timeoutMs, signal } = wanted;
  return new Promise((resolve) => {
    const end = (httpStatus: number | null, reason: string | null): void => {
      clearTimeout(timer);
      asking.destroy();
      resolve({ succeeded: reason === null, exitCode: null, httpStatus, reason });
    };
    const asking = request(
      { host: '127.0.0.1', port, method, path, headers: headersOf(wanted, host), signal, agent: false },
      (answer) => {
        const status = answer.statusCode ?? 0;
        const reason = status < 400 ? null : `The app answered with status ${status}.`;
        answer.on('end', () => end(status, reason));
        answer.on('error', () => end(status, reason ?? 'The app broke its answer off.'));
        answer.resume();
      },
    );
    const timer = setTimeout(
      () => end(null, `The app had not answered after ${Math.round(timeoutMs / 1_000)} s.`),
      timeoutMs,
    );
    asking.on('error', (error) => end(null, `The app could not be asked: ${error.message}`));
    asking.end();
  });
}

function headersOf({ job, secret, method }: AppRequest, host: string): Record<string, string> {
  return {
    host,
    'user-agent': 'Berth-Cron/1',
    'x-berth-job': job.id,
    'x-berth-attempt': String(job.attempt),
    ...(job.cron !== null && { 'x-berth-cron': encodeURIComponent(job.cron) }),
    ...(job.slot !== null && { 'x-berth-slot': job.slot.toISOString() }),
    ...(secret !== null && { authorization: `Bearer ${secret}` }),
    ...(method === 'POST' && { 'content-length': '0' }),
  };
}
