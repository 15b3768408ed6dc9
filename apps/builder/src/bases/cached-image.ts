import { BerthError } from '#libs/core/errors.js';
import type { ImageReference } from '#libs/images/image-reference.js';
import { rankedMirrors } from '#libs/mirrors/check-mirrors.js';
import { copyImage } from '#libs/mirrors/copy-image.js';
import type { Place } from '#libs/mirrors/ranking.js';
import { noteUse } from '#libs/store/mirrors.js';
import { shownPlace } from '../mirrors/route.js';
import { noteInBuild } from '../mirrors/through-mirrors.js';
import type { BuildRun } from '../pipeline.js';

/** Larger base images are not copied. */
const MAX_BYTES = 6 * 1024 ** 3;

/** A copy in this host's registry; or why there is none, and whether a registry did answer. */
export type Cached = { reference: string } | { answered: boolean; why: string };

/**
 * The image as this host's own registry has it: brought up to date through the mirrors of images, best first; when none of them answers, as it was
 * copied before. Layers that are there are not fetched again.
 */
export async function cachedImage(run: BuildRun, image: ImageReference): Promise<Cached> {
  const { parts, log } = run;
  const to = { host: parts.registry.host, repository: `cache/${image.name}`, tag: tagFor(image.version) };
  const shown = `${image.name}:${image.version}`.replace(/^docker\.io\/(?:library\/)?/, '');
  const reasons: string[] = [];
  const refusals: string[] = [];
  for (const place of await placesOf(run)) {
    try {
      const digest = await copyFrom(run, place, image, to);
      await noteInBuild(run, {
        kind: 'images',
        what: shown,
        from: place.name,
        outcome: 'served',
        note: digest,
      });
      await count(run, place, 'served');
      return { reference: `${to.host}/${to.repository}@${digest}` };
    } catch (error) {
      run.signal.throwIfAborted();
      if (!(error instanceof BerthError)) throw error;
      if (['registry_unreachable', 'registry_refused', 'image_too_large'].includes(error.code)) throw error;
      const why = error.message.replace(/\.$/, '');
      if (error.code !== 'mirror_failed') {
        // Another one may have it: mirrors are seldom whole.
        log.detail(`${shown} is not taken from ${shownPlace(place)}: ${why}.`);
        refusals.push(why);
        continue;
      }
      log.warning(`Base image ${shown}: ${shownPlace(place)} failed (${why}).`);
      await noteInBuild(run, { kind: 'images', what: shown, from: place.name, outcome: 'failed', note: why });
      await count(run, place, 'failed');
      reasons.push(why);
    }
  }
  if (refusals.length > 0) return { answered: true, why: `${refusals.join('; ')}.` };
  const kept = await parts.registry.digestOf(to.repository, to.tag);
  if (kept === null)
    return { answered: false, why: `No registry answers (${reasons.join('; ') || 'none is known'}).` };
  log.warning(
    `No registry answers for ${shown}; this host's own copy of it is used, as it was when one last did.`,
  );
  // What builds use is not collected, on a host without any network least of all.
  await parts.registry.touch(to.repository, to.tag);
  await noteInBuild(run, { kind: 'images', what: shown, from: 'cache', outcome: 'served', note: kept });
  return { reference: `${to.host}/${to.repository}@${kept}` };
}

/** Places with an address, best first. */
async function placesOf({ parts }: BuildRun): Promise<(Place & { url: string })[]> {
  const lists = await rankedMirrors(parts.db, parts.env.BERTH_HOME);
  const places = lists.find(({ kind }) => kind === 'images')?.places ?? [];
  return places.filter((place): place is Place & { url: string } => place.url !== null);
}

/** While nobody sweeps: a layer that is found there must not go before the manifest names it. */
function copyFrom(
  run: BuildRun,
  place: Place & { url: string },
  image: ImageReference,
  to: { host: string; repository: string; tag: string },
): Promise<string> {
  return run.parts.registryLock.share(() =>
    copyImage({
      from: place.url,
      repository: image.name.replace(/^docker\.io\//, ''),
      reference: image.version,
      to,
      maxBytes: Math.min(MAX_BYTES, run.parts.env.BERTH_BUILD_DISK_MB * 1024 * 1024),
      onLine: (line) => run.log.output(line),
      signal: run.signal,
    }),
  );
}

async function count(run: BuildRun, { name }: Place, outcome: 'served' | 'failed'): Promise<void> {
  await noteUse(run.parts.db, { kind: 'images', url: name }, outcome).catch(() => undefined);
}

/** A digest is no tag; a copy of it is kept under one that names it. */
function tagFor(version: string): string {
  return version.startsWith('sha256:') ? `sha256-${version.slice(7)}` : version;
}
