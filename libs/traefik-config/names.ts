import { createHash } from 'node:crypto';
import { BerthError } from '#libs/core/errors.js';

/** Which state of an app's route a file holds; grows with every change (the runtime's epoch and generation). */
export interface RouteVersion {
  epoch: number;
  generation: number;
}

/** Name of the file in Traefik's dynamic directory. */
export function appFileName(appId: string): string {
  return `${appServiceName(appId)}.yml`;
}

/** The same over all versions, so that Traefik's counters go on across deployments. */
export function appServiceName(appId: string): string {
  return `app-${checkedId(appId)}`;
}

/** Carries the version: when Traefik knows a router of this name, the file that named it is in force. */
export function appRouterName(appId: string, version: RouteVersion): string {
  return `${appServiceName(appId)}-e${checkedCount(version.epoch)}g${checkedCount(version.generation)}`;
}

/** Of an app whose visitors are split: the service of one release's instances, below the app's own. */
export function releaseServiceName(appId: string, release: number): string {
  return `split-${checkedId(appId)}-r${checkedCount(release)}`;
}

/**
 * What Traefik writes into (and reads from) the sticky cookie for a service of a weighted one: the first 16 hexadecimal digits of
 * the SHA-256 of its name (3.7.15; `split.it.test.ts` checks it).
 */
export function stickyKey(appId: string, release: number): string {
  return createHash('sha256').update(releaseServiceName(appId, release)).digest('hex').slice(0, 16);
}

/** App id and release of a service that `releaseServiceName` named, as Traefik reports it; null for other services. */
export function releaseOfService(service: string): { appId: string; release: number } | null {
  const [, appId, release] = /^split-([A-Za-z0-9-]{1,64})-r(\d{1,9})@file$/.exec(service) ?? [];
  return appId === undefined ? null : { appId, release: Number(release) };
}

/** The app id in a service's name as Traefik reports it, `app-<id>@file`; null for services that are not an app's. */
export function appIdOfService(service: string): string | null {
  return /^app-([A-Za-z0-9-]{1,64})@file$/.exec(service)?.[1] ?? null;
}

/** The app id in a file's name; null for files that are not an app's. */
export function appIdOfFile(name: string): string | null {
  return /^app-([A-Za-z0-9-]{1,64})\.yml$/.exec(name)?.[1] ?? null;
}

/** Ids become file names and Traefik names: nothing but letters, digits and dashes. */
function checkedId(id: string): string {
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/.test(id)) {
    throw new BerthError(
      'invalid_id',
      'An app id may have letters, digits and dashes only. Report this as a bug.',
      {
        details: { id: id.slice(0, 64) },
      },
    );
  }
  return id;
}

function checkedCount(count: number): number {
  if (!Number.isSafeInteger(count) || count < 0) {
    throw new BerthError('invalid_version', 'A route version counts up from 0. Report this as a bug.');
  }
  return count;
}
