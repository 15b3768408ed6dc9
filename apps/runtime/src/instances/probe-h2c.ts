import { connect } from 'node:http2';
import type { HealthCheck } from './probe.js';

/** `healthStatus` of an app that speaks HTTP/2 without TLS. */
export function h2cHealthStatus(
  { address, port, path, host }: HealthCheck,
  patienceMs: number,
): Promise<number | string> {
  return new Promise((resolve) => {
    const session = connect(`http://${address}:${port}`);
    const done = (result: number | string): void => {
      clearTimeout(timer);
      session.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => done(`nothing within ${patienceMs / 1000} s`), patienceMs);
    session.once('error', (error) => done(error.message));
    const call = session.request({ ':path': path, ':authority': host, 'user-agent': 'berth-health' });
    call.once('error', (error) => done(error.message));
    call.once('response', (headers) => done(headers[':status'] ?? 0));
    call.end();
  });
}
