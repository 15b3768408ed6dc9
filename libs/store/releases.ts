import { isDeepStrictEqual } from 'node:util';
import { manifest as manifestSchema, type Manifest } from '#libs/contracts/manifest.js';
import { instanceLimits } from '#libs/contracts/limits.js';
import { BerthError } from '#libs/core/errors.js';
import { defaultStartTimeoutSeconds } from '#libs/core/limits.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { Prisma, type App, type ConfigVar, type Release } from './generated/client.js';
import type { Db, Tx } from './db.js';
import { emitEvent, type Actor } from './events.js';

/** Context under which a release's config is sealed: it opens for this app only. */
export function configContext(appId: string): string {
  return `config:${appId}`;
}

/** What a build (or an older release) contributes to a release; the rest is the app's present settings. */
export interface ReleaseContent {
  image: string;
  buildId: string | null;
  processes: Record<string, string[]>;
  port: number;
  healthPath: string | null;
  /** What the app's own files say of how it runs. */
  manifest?: Manifest | null;
}

/** What the app's files said when the release was built; null where they were not asked. */
export function manifestOf(release: Pick<Release, 'manifest'>): Manifest | null {
  return manifestSchema.nullable().catch(null).parse(release.manifest);
}

/**
 * Creates the next release of an app: content + present config + present limits, immutable from here on. What was set for
 * the app itself wins over what its files say.
 * Call it in the transaction that moves the deployment on.
 */
export async function createRelease(
  tx: Tx,
  sealer: Sealer,
  wanted: { appId: string; content: ReleaseContent; description: string; actor: Actor },
): Promise<Release> {
  const app = await tx.app.update({ where: { id: wanted.appId }, data: { nextRelease: { increment: 1 } } });
  const { manifest = null } = wanted.content;
  const vars = await tx.configVar.findMany({ where: { appId: app.id } });
  const release = await tx.release.create({
    data: {
      ...madeAs(app, wanted),
      buildId: wanted.content.buildId,
      ...settledBy(app, wanted.content),
      manifest: manifest ?? Prisma.DbNull,
      ...carried(sealer, app.id, { ...manifest?.env, ...opened(sealer, vars) }, vars),
    },
  });
  await tellOf(tx, app, release, wanted.actor);
  return release;
}

/**
 * The next release of an app as a copy of an older one, but for the add-ons: it has the URLs of those that are attached now, and
 * none of those that were attached then.
 */
export async function createCopyWithAddOns(
  tx: Tx,
  sealer: Sealer,
  wanted: { of: Release; description: string; actor: Actor },
): Promise<Release> {
  const { id: _, createdAt: __, ...same } = wanted.of;
  const app = await tx.app.update({ where: { id: same.appId }, data: { nextRelease: { increment: 1 } } });
  const attached = await tx.configVar.findMany({ where: { appId: app.id, addOnId: { not: null } } });
  const own = openReleaseConfig(sealer, wanted.of);
  for (const key of Object.keys(addOnsOf(wanted.of))) delete own[key];
  const release = await tx.release.create({
    data: {
      ...same,
      ...madeAs(app, wanted),
      processes: same.processes as Prisma.InputJsonObject,
      manifest: manifestOf(wanted.of) ?? Prisma.DbNull,
      ...carried(sealer, app.id, { ...own, ...opened(sealer, attached) }, attached),
    },
  });
  await tellOf(tx, app, release, wanted.actor);
  return release;
}

/** Variables of a release that are add-ons' URLs, each with the add-on's id. */
export function addOnsOf({ addOns }: Pick<Release, 'addOns'>): Record<string, string> {
  return addOns as Record<string, string>;
}

/** The same of what an app has now. */
export function attachedIn(vars: Pick<ConfigVar, 'key' | 'addOnId'>[]): Record<string, string> {
  return Object.fromEntries(vars.flatMap(({ key, addOnId }) => (addOnId === null ? [] : [[key, addOnId]])));
}

/** `app`: after it has counted the release. */
function madeAs(app: App, { description, actor }: { description: string; actor: Actor }) {
  return { appId: app.id, number: app.nextRelease - 1, description, createdById: actor.id };
}

/** The config that a release carries for good. */
function carried(sealer: Sealer, appId: string, config: Record<string, string>, vars: ConfigVar[]) {
  return {
    sealedConfig: sealer.seal(JSON.stringify(config), configContext(appId)),
    configKeys: Object.keys(config).sort(),
    addOns: attachedIn(vars),
  };
}

function tellOf(tx: Tx, { id, teamId }: App, release: Release, actor: Actor): Promise<void> {
  return emitEvent(tx, {
    ...{ teamId, appId: id, kind: 'release.created', actor },
    data: { releaseId: release.id, number: release.number, description: release.description },
  });
}

/** All of a release that is settled by its content and the app's present settings, besides the config itself. */
function settledBy(app: App, { image, processes, port, healthPath, manifest = null }: ReleaseContent) {
  return {
    image,
    processes,
    port,
    configVersion: app.configVersion,
    ...instanceLimits(app, manifest?.limits),
    graceSeconds: app.graceSeconds,
    startTimeoutSeconds: startTimeout(app, manifest),
    healthPath: app.healthPath ?? healthPath,
  };
}

/** Would a release of this content, made now, run just as this one does? */
export function wouldEqual(app: App, content: ReleaseContent, release: Release): boolean {
  const wanted = { ...settledBy(app, content), manifest: content.manifest ?? null };
  const there = Object.fromEntries(Object.keys(wanted).map((key) => [key, release[key as keyof Release]]));
  // As Postgres keeps it: fields without a value are not there.
  return isDeepStrictEqual(there, JSON.parse(JSON.stringify(wanted)));
}

/** A setting that is as Berth made it was not set by anybody. */
function startTimeout(app: App, manifest: Manifest | null): number {
  if (app.startTimeoutSeconds !== defaultStartTimeoutSeconds) return app.startTimeoutSeconds;
  return manifest?.startTimeoutSeconds ?? app.startTimeoutSeconds;
}

/** Present config of an app, opened. Handle with care: never log it. */
export async function openConfig(
  tx: Tx | Db,
  sealer: Sealer,
  appId: string,
): Promise<Record<string, string>> {
  return opened(sealer, await tx.configVar.findMany({ where: { appId } }));
}

function opened(sealer: Sealer, vars: ConfigVar[]): Record<string, string> {
  return Object.fromEntries(
    vars.map(({ appId, key, sealed }) => [key, sealer.open(sealed, configContext(appId))]),
  );
}

/** Config that a release carries, opened. */
export function openReleaseConfig(
  sealer: Sealer,
  release: Pick<Release, 'appId' | 'sealedConfig'>,
): Record<string, string> {
  return JSON.parse(sealer.open(release.sealedConfig, configContext(release.appId))) as Record<
    string,
    string
  >;
}

/** One value of the config that the live release carries; null when it has none of that name. Never log it. */
export async function liveConfigValue(
  db: Db,
  sealer: Sealer,
  appId: string,
  key: string,
): Promise<string | null> {
  const app = await db.app.findUnique({ where: { id: appId }, select: { liveReleaseId: true } });
  if (!app?.liveReleaseId) return null;
  const release = await db.release.findUnique({ where: { id: app.liveReleaseId } });
  // Most have none, and opening it all is not free.
  if (!release?.configKeys.includes(key)) return null;
  return openReleaseConfig(sealer, release)[key] ?? null;
}

/** A release of the app by its number; throws `release_not_found`. */
export async function releaseByNumber(db: Db | Tx, appId: string, number: number): Promise<Release> {
  const release = await db.release.findUnique({ where: { appId_number: { appId, number } } });
  if (!release)
    throw new BerthError(
      'release_not_found',
      `The app has no release v${number}; list its releases to see which there are.`,
    );
  return release;
}
