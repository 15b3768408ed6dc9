import { request } from 'node:http';
import { connect } from 'node:net';

/** Longest wait for one TCP connect or one health answer. */
const connectMs = 1_000;
const healthMs = 2_000;

/** Does something accept a connection at this address? A refusal comes back at once. */
export function acceptsConnection(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port });
    const done = (accepted: boolean): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(accepted);
    };
    const timer = setTimeout(() => done(false), connectMs);
    socket.once('connect', () => done(true));
    socket.once('error', () => done(false));
  });
}

/** What is asked for its health. */
export interface HealthCheck {
  address: string;
  port: number;
  path: string;
  /** The app's, since many apps answer nothing else. */
  host: string;
  h2c: boolean;
}

/** Status of `GET path`, or what went wrong. */
export async function healthStatus(check: HealthCheck): Promise<number | string> {
  // HTTP/2 is loaded when the first app asks for it.
  if (check.h2c) return (await import('./probe-h2c.js')).h2cHealthStatus(check, healthMs);
  const { address, port, path, host } = check;
  return new Promise((resolve) => {
    const call = request(
      {
        host: address,
        port,
        path,
        method: 'GET',
        agent: false,
        headers: { host, 'user-agent': 'berth-health' },
      },
      (response) => {
        response.resume();
        done(response.statusCode ?? 0);
      },
    );
    const done = (result: number | string): void => {
      clearTimeout(timer);
      call.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => done(`nothing within ${healthMs / 1000} s`), healthMs);
    call.once('error', (error) => done(error.message));
    call.end();
  });
}
