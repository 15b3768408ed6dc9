import { originFor, platformUrl, registryNames, type Env } from '#libs/config/env.js';
import type { AppView } from '#libs/contracts/api/apps.js';
import { addOnUrl, isAddOn } from '#libs/core/add-on.js';
import { previewsOf } from '#libs/contracts/previews.js';
import { rolloutOf } from '#libs/contracts/rollout.js';
import { instanceLimits, requestLimits } from '#libs/contracts/limits.js';
import { sleepOf, webScaleOf } from '#libs/contracts/manifest.js';
import { sleepTiers, type SleepTier } from '#libs/core/sleep.js';
import { manifestOf } from '#libs/store/releases.js';
import { appHost } from '#libs/core/names.js';
import { appNames, type ShownApp } from '#libs/store/app-queries.js';
import type { App } from '#libs/store/apps.js';
import { revisionOf } from '#libs/store/app-revision.js';
import { scaleOf } from '#libs/store/app-settings.js';
import type { Db } from '#libs/store/db.js';
import { summariesOf } from '../deployments/show.js';

/** Apps with their URLs, and the state told from what is live and what runs. */
export async function appViewsOf(db: Db, env: Env, apps: ShownApp[]): Promise<AppView[]> {
  const summaries = await summariesOf(
    db,
    apps.flatMap(({ last }) => last ?? []),
  );
  const byId = new Map(summaries.map((summary) => [summary.id, summary]));
  const parents = await appNames(
    db,
    apps.flatMap(({ app }) => app.previewOfId ?? []),
  );
  return apps.map((shown) => ({
    id: shown.app.id,
    name: shown.app.name,
    team: shown.app.team.slug,
    kind: kindOf(shown.app),
    ...urlsOf(env, shown.app),
    imageRepository: `${registryNames(env)[0]}/${shown.app.team.slug}/${shown.app.name}`,
    ...stateOf(shown),
    liveRelease: shown.live && {
      number: shown.live.number,
      description: shown.live.description,
      createdAt: shown.live.createdAt.toISOString(),
    },
    lastDeployment: (shown.last && byId.get(shown.last.id)) ?? null,
    scale: scaleOf(shown.app.scale),
    autoscale: webScaleOf(shown.live && manifestOf(shown.live), shown.app),
    sleep: {
      ...sleepOf(shown.live && manifestOf(shown.live), shown.app),
      tier: sleepTierOf(shown.app),
      since: shown.app.sleepTierSince.toISOString(),
    },
    rollout: rolloutOf(shown.app.rollout),
    previews: previewsOf(shown.app.previews),
    preview: previewView(shown.app, parents),
    limits: limitsOf(shown),
    healthPath: shown.app.healthPath,
    startTimeoutSeconds: shown.app.startTimeoutSeconds,
    graceSeconds: shown.app.graceSeconds,
    keepReleases: shown.app.keepReleases,
    diskMb: shown.app.diskMb,
    revision: revisionOf(shown.app),
    createdAt: shown.app.createdAt.toISOString(),
  }));
}

function previewView(
  { previewOfId, branch, expiresAt }: ShownApp['app'],
  parents: ReadonlyMap<string, string>,
): AppView['preview'] {
  if (previewOfId === null || branch === null || expiresAt === null) return null;
  return { of: parents.get(previewOfId) ?? '', branch, expiresAt: expiresAt.toISOString() };
}

function kindOf({ kind }: Pick<App, 'kind'>): AppView['kind'] {
  return isAddOn(kind) ? kind : 'app';
}

/** Where an app answers, and where its source is pushed to. */
export function urlsOf(
  env: Env,
  { name, kind }: Pick<App, 'name' | 'kind'>,
): Pick<AppView, 'url' | 'gitUrl'> {
  return {
    url: isAddOn(kind) ? addOnUrl({ kind, name }) : originFor(env, appHost(name, env.BERTH_APPS_DOMAIN)),
    gitUrl: `${platformUrl(env)}/git/${name}.git`,
  };
}

function limitsOf({ app, live }: ShownApp): AppView['limits'] {
  const ofFile = (live && manifestOf(live))?.limits;
  return { ...instanceLimits(app, ofFile), ...requestLimits(app, ofFile) };
}

function sleepTierOf(app: ShownApp['app']): SleepTier {
  return sleepTiers.find((tier) => tier === app.sleepTier) ?? 'running';
}

/** How the app is doing, in one word, and why it fails, in one sentence. */
export function stateOf(shown: Pick<ShownApp, 'app' | 'live' | 'deploying' | 'instances'>): {
  state: AppView['state'];
  reason: string | null;
} {
  if (shown.deploying) return { state: 'deploying', reason: null };
  if (!shown.live) return { state: 'no-release', reason: null };
  if (scaleOf(shown.app.scale)['web'] === 0) return { state: 'stopped', reason: 'Scaled to 0.' };
  if (sleepTierOf(shown.app) !== 'running') return { state: 'asleep', reason: null };
  const web = shown.instances.filter(({ process }) => process === 'web');
  // Frozen and awake: it goes on this very moment.
  if (web.some(({ status }) => status === 'ready' || status === 'frozen'))
    return { state: 'live', reason: null };
  const crashed = web.find(({ status }) => status === 'crashed');
  if (crashed) return { state: 'failing', reason: crashed.reason };
  return { state: 'starting', reason: null };
}
