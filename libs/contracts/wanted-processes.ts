import { z } from 'zod';
import type { AutoscaleChange, ScaledApp, StoredAutoscale } from './autoscale.js';
import { mostInstances, webScaleOf, type Manifest } from './manifest.js';
import type { RolloutChange } from './rollout.js';

const scaleShape = z.record(z.string(), z.number().int().min(0)).catch({});
const processShape = z.record(z.string(), z.array(z.string())).catch({});

/**
 * How many instances of each process type a release is to have. `web` runs once unless scaled, by its owner or by load; other
 * types run only when the scale says so. A release without process types is all web. A release that is being deployed
 * (`trial`) has one web instance even when the app is scaled to 0: it has to show once that it starts.
 * `release` is a command that runs once for each deployment, not a process that stays. With `most`, where load decides, it is
 * the most that load may make of it. With volumes there is one of each type at most.
 */
export function wantedProcesses(
  app: ScaledApp,
  release: { processes: unknown; manifest: Manifest | null },
  { trial, most = false }: { trial: boolean; most?: boolean },
): Record<string, number> {
  const counts = scaleShape.parse(app.scale);
  const names = Object.keys(processShape.parse(release.processes)).filter((name) => name !== 'release');
  const wanted: Record<string, number> = {};
  for (const name of names.length === 0 ? ['web'] : names) {
    const isWeb = name === 'web';
    const count = isWeb ? webCount(app, release.manifest, most) : (counts[name] ?? 0);
    const atLeast = trial && isWeb ? 1 : 0;
    const instances = Math.min(Math.max(count, atLeast), mostInstances(release.manifest));
    if (instances > 0) wanted[name] = instances;
  }
  return wanted;
}

function webCount(app: ScaledApp, manifest: Manifest | null, most: boolean): number {
  const { enabled, max, wanted } = webScaleOf(manifest, app);
  return most && enabled ? max : wanted;
}

/** Would two instances of something run at the same time, by what is set of an app or is to be set? */
export function asksForSeveral(set: {
  scale?: unknown;
  autoscale?: Pick<StoredAutoscale, 'min' | 'max'> | AutoscaleChange | null | undefined;
  rollout?: RolloutChange | null | undefined;
}): boolean {
  const { min, max } = set.autoscale ?? {};
  const counts = [...Object.values(scaleShape.parse(set.scale ?? {})), min ?? 0, max ?? 0];
  return counts.some((count) => count > 1) || set.rollout?.enabled === true;
}

/** Did the owner turn the app off? */
export function isScaledToZero(scale: unknown): boolean {
  return scaleShape.parse(scale).web === 0;
}
