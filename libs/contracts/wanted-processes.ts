import { z } from 'zod';
import { autoscaleOf, type ScaledApp } from './autoscale.js';
import type { Manifest } from './manifest.js';

const scaleShape = z.record(z.string(), z.number().int().min(0)).catch({});
const processShape = z.record(z.string(), z.array(z.string())).catch({});

/**
 * How many instances of each process type a release is to have. `web` runs once unless scaled, by its owner or by load; other
 * types run only when the scale says so. A release without process types is all web. A release that is being deployed
 * (`trial`) has one web instance even when the app is scaled to 0: it has to show once that it starts.
 * `release` is a command that runs once for each deployment, not a process that stays. With `most`, where load decides, it is
 * the most that load may make of it.
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
    if (Math.max(count, atLeast) > 0) wanted[name] = Math.max(count, atLeast);
  }
  return wanted;
}

function webCount(app: ScaledApp, manifest: Manifest | null, most: boolean): number {
  const { enabled, max, wanted } = autoscaleOf(app, manifest?.scale);
  return most && enabled ? max : wanted;
}

/** Did the owner turn the app off? */
export function isScaledToZero(scale: unknown): boolean {
  return scaleShape.parse(scale).web === 0;
}
