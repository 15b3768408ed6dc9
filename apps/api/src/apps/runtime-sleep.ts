import { request } from 'node:http';
import { join } from 'node:path';
import { sleepReply, wakeReply, type WakeReply } from '#libs/contracts/runtime-api.js';
import { BerthError } from '#libs/core/errors.js';

/** Looking whether anybody uses an app, and thawing it, take milliseconds. */
const patienceMs = 10_000;
const maxAnswerBytes = 64 * 1024;

/** Has this host's runtime wake an app, as a visitor would. Throws `runtime_unreachable`. */
export async function wakeApp(runDir: string, appId: string): Promise<WakeReply> {
  return wakeReply.parse(await post(runDir, '/wake', { appId }));
}

/** Has the runtime put an app to sleep; false while it is in use or changing. Throws `runtime_unreachable`. */
export async function sleepApp(runDir: string, appId: string): Promise<boolean> {
  return sleepReply.parse(await post(runDir, '/sleep', { appId })).asleep;
}

function post(runDir: string, path: string, body: unknown): Promise<unknown> {
  const text = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const away = (cause: unknown): void =>
      reject(
        new BerthError(
          'runtime_unreachable',
          'The runtime, which starts and stops apps, does not answer; it comes back by itself, try again in a moment.',
          { cause },
        ),
      );
    const asked = request(
      {
        socketPath: join(runDir, 'runtime.sock'),
        method: 'POST',
        path,
        agent: false,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
        signal: AbortSignal.timeout(patienceMs),
      },
      (answer) => {
        let seen = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => {
          seen += chunk;
          if (seen.length > maxAnswerBytes) asked.destroy(new Error('The answer has no end.'));
        });
        answer.once('error', away);
        answer.once('end', () => {
          if (answer.statusCode !== 200) return away(new Error(`The runtime answered ${answer.statusCode}.`));
          try {
            resolve(JSON.parse(seen));
          } catch (cause) {
            away(cause);
          }
        });
      },
    );
    asked.once('error', away);
    asked.end(text);
  });
}
