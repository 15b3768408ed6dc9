import { createHash } from 'node:crypto';
import { BerthError } from '#libs/core/errors.js';
import type { App } from './generated/client.js';

/** What an owner sets of an app; the version stands for its config. */
const settings = [
  'configVersion',
  'scale',
  'autoscale',
  'sleep',
  'rollout',
  'previews',
  'memoryMb',
  'cpus',
  'pids',
  'requestSeconds',
  'bodyBytes',
  'healthPath',
  'startTimeoutSeconds',
  'graceSeconds',
  'keepReleases',
  'diskMb',
] as const satisfies (keyof App)[];

/** Names what an app is set to: another one after each change of its settings or config. */
export function revisionOf(app: App): string {
  const set = settings.map((key) => app[key]);
  return createHash('sha256').update(JSON.stringify(set)).digest('base64url').slice(0, 16);
}

/** Throws `changed_meanwhile` where a change was based on another revision than the app's; one that names none is based on any. */
export function expectRevision(app: App, basis: string | undefined): void {
  if (basis !== undefined && basis !== revisionOf(app))
    throw new BerthError(
      'changed_meanwhile',
      'Somebody changed this app’s settings or config meanwhile, so nothing was saved. Look at what they are now, and save again.',
    );
}
