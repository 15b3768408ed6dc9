import type { Bench } from '#bench/bench.js';
import { ask } from '#bench/http.js';
import { now } from '#bench/visitor.js';

/** Only what a row asks for makes its apps sleep. */
const onRequest = { enabled: true, freezeAfterSeconds: 3_600, stopAfterSeconds: 7_200 };

/** Lets the app sleep when it is told to, and never by itself. */
export function allowSleep(bench: Bench, app: string): Promise<void> {
  return bench.api.setSleep(app, onRequest);
}

/** Waits until the app is frozen: its web instances stand still. */
export async function freeze(bench: Bench, app: string): Promise<void> {
  await until(`${app} to fall asleep`, () => bench.api.sleep(app));
  await until(`${app} to be frozen`, async () => {
    const web = (await bench.api.instances(app)).filter(
      ({ status }) => status !== 'draining' && status !== 'stopped',
    );
    return web.length > 0 && web.every(({ status }) => status === 'frozen');
  });
}

/** Waits until nothing of the app runs. */
export async function stop(bench: Bench, app: string): Promise<void> {
  await bench.api.setSleep(app, { enabled: true, freezeAfterSeconds: 1, stopAfterSeconds: 1 });
  await until(`${app} to be stopped`, async () => {
    const left = (await bench.api.instances(app)).filter(
      ({ status }) => status !== 'draining' && status !== 'stopped',
    );
    return left.length === 0 && (await bench.api.tier(app)) === 'stopped';
  });
}

interface Timed {
  /** From the request's first byte to its whole answer. */
  ms: number;
  /** How the app was found; `direct`: not by the activator. */
  start: string;
  /** How long the activator had it before it went on to the app (its `Server-Timing`), ms. */
  waitedMs: number;
  release: string;
}

/** One request. Throws unless the app answers 200. */
export async function timed(
  where: { port: number; host: string },
  request: { method?: string; body?: string } = {},
): Promise<Timed> {
  const begin = now();
  const answer = await ask({ ...where, ...request, timeoutMs: 60_000 });
  const ms = now() - begin;
  if (answer.status !== 200)
    throw new Error(`The app answered ${answer.status}: ${answer.body.slice(0, 200)}`);
  const waited = /\bdur=([\d.]+)/.exec(String(answer.headers['server-timing'] ?? ''))?.[1];
  const start = String(answer.headers['berth-start'] ?? 'direct');
  return { ms, start, waitedMs: Number(waited ?? 0), release: answer.body };
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`Waited a minute for ${what}, in vain.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
