import type { ServedBy } from '#libs/contracts/api/mirrors.js';
import { BerthError } from '#libs/core/errors.js';
import type { Db } from '#libs/store/db.js';
import { noteUse } from '#libs/store/mirrors.js';
import type { RegistryLock } from '#libs/store/registry-lock.js';
import { rankedMirrors } from './check-mirrors.js';
import { copyImage } from './copy-image.js';
import { shownPlace, type Place } from './ranking.js';

/** Larger images are not copied. */
const MAX_BYTES = 6 * 1024 ** 3;

/** Where copies are kept, and what says where they may come from. */
export interface ImageCache {
  db: Db;
  env: { BERTH_HOME: string; BERTH_BUILD_DISK_MB: number };
  registry: {
    /** host:port of this host's own registry. */
    host: string;
    digestOf: (repository: string, reference: string) => Promise<string | null>;
    /** Says that it is used: what is not goes in time. */
    touch: (repository: string, reference: string) => Promise<unknown>;
  };
  registryLock: Pick<RegistryLock, 'share'>;
}

/** Who waits for the copy. */
export interface CacheUse {
  /** Hears what there is to say on the way. */
  log: Record<'output' | 'detail' | 'warning', (text: string) => void>;
  /** Keeps what served the image, or failed to. */
  note: (served: ServedBy) => Promise<void> | void;
  signal: AbortSignal;
}

/** A copy in this host's registry, and what it was taken from: an address, or `cache`; or why there is none, and whether a registry did answer. */
export type Cached = { reference: string; from: string } | { answered: boolean; why: string };

/**
 * An image of Docker Hub as this host's own registry has it: brought up to date through the mirrors of images, best first; when none of them answers, as it
 * was copied before. Layers that are there are not fetched again.
 *
 * @param image its name with `docker.io/` before it, and its tag or digest
 */
export async function cachedImage(
  cache: ImageCache,
  image: { name: string; version: string },
  use: CacheUse,
): Promise<Cached> {
  const { db, registry } = cache;
  const { log, signal } = use;
  const to = { host: registry.host, repository: `cache/${image.name}`, tag: tagFor(image.version) };
  const shown = `${image.name}:${image.version}`.replace(/^docker\.io\/(?:library\/)?/, '');
  const note = (from: string, outcome: ServedBy['outcome'], text: string) =>
    use.note({ kind: 'images', what: shown, from, outcome, note: text });
  const reasons: string[] = [];
  const refusals: string[] = [];
  for (const place of await placesOf(cache)) {
    try {
      const digest = await copyFrom(cache, place, image, { ...use, to });
      await note(place.name, 'served', digest);
      await count(db, place, 'served');
      return { reference: `${to.host}/${to.repository}@${digest}`, from: place.url };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof BerthError)) throw error;
      if (['registry_unreachable', 'registry_refused', 'image_too_large'].includes(error.code)) throw error;
      const why = error.message.replace(/\.$/, '');
      if (error.code !== 'mirror_failed') {
        // Another one may have it: mirrors are seldom whole.
        log.detail(`${shown} is not taken from ${shownPlace(place)}: ${why}.`);
        refusals.push(why);
        continue;
      }
      log.warning(`Image ${shown}: ${shownPlace(place)} failed (${why}).`);
      await note(place.name, 'failed', why);
      await count(db, place, 'failed');
      reasons.push(why);
    }
  }
  if (refusals.length > 0) return { answered: true, why: `${refusals.join('; ')}.` };
  const kept = await registry.digestOf(to.repository, to.tag);
  if (kept === null)
    return { answered: false, why: `No registry answers (${reasons.join('; ') || 'none is known'}).` };
  log.warning(
    `No registry answers for ${shown}; this host's own copy of it is used, as it was when one last did.`,
  );
  // What is used is not collected, on a host without any network least of all.
  await registry.touch(to.repository, to.tag);
  await note('cache', 'served', kept);
  return { reference: `${to.host}/${to.repository}@${kept}`, from: 'cache' };
}

/** Places with an address, best first. */
async function placesOf({ db, env }: ImageCache): Promise<(Place & { url: string })[]> {
  const lists = await rankedMirrors(db, env.BERTH_HOME);
  const places = lists.find(({ kind }) => kind === 'images')?.places ?? [];
  return places.filter((place): place is Place & { url: string } => place.url !== null);
}

/** While nobody sweeps: a layer that is found there must not go before the manifest names it. */
function copyFrom(
  { registryLock, env }: ImageCache,
  place: Place & { url: string },
  image: { name: string; version: string },
  { to, log, signal }: CacheUse & { to: { host: string; repository: string; tag: string } },
): Promise<string> {
  return registryLock.share(() =>
    copyImage({
      from: place.url,
      repository: image.name.replace(/^docker\.io\//, ''),
      reference: image.version,
      to,
      maxBytes: Math.min(MAX_BYTES, env.BERTH_BUILD_DISK_MB * 1024 * 1024),
      onLine: (line) => log.output(line),
      signal,
    }),
  );
}

/** A row that cannot be written keeps nobody from the image. */
async function count(db: Db, { name }: Place, outcome: ServedBy['outcome']): Promise<void> {
  await noteUse(db, { kind: 'images', url: name }, outcome).catch(() => undefined);
}

/** A digest is no tag; a copy of it is kept under one that names it. */
function tagFor(version: string): string {
  return version.startsWith('sha256:') ? `sha256-${version.slice(7)}` : version;
}
