import { join } from 'node:path';
import { http } from '../lib/http.mjs';
import { Problem } from '../lib/problem.mjs';
import { until } from '../lib/wait.mjs';
import { originOf } from '../settings.mjs';

/** Where this machine reaches the edge. */
export function dialAddress(copy) {
  return copy.settings.bind === '0.0.0.0' ? '127.0.0.1' : copy.settings.bind;
}

/** Does a URL of ours answer 200 through the edge? No resolver is asked: the name may be known to visitors only. */
export async function answersOk(copy, url) {
  const { host, pathname } = new URL(url);
  const request = { host: dialAddress(copy), port: copy.settings.port, path: pathname, headers: { host } };
  return (await http({ ...request, timeoutMs: 10_000 })).status === 200;
}

/** Waits until the platform itself answers where visitors look for it: the runtime has written its route by then. */
export async function platformAnswers(copy) {
  const platform = originOf(copy.settings, copy.settings.domain);
  if (await until(() => answersOk(copy, `${platform}/v1/meta`), { timeoutMs: 30_000, everyMs: 50 }))
    return platform;
  throw new Problem({
    what: `${platform} does not answer, although api and Traefik run.`,
    fix: `Look into ${join(copy.logs, 'runtime.log')} (it writes the route) and ${join(copy.logs, 'traefik.log')}.`,
  });
}
