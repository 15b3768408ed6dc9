import { z } from 'zod';
import { quotaKeys, type Quota, type QuotaKey } from '#libs/core/quota.js';
import { instanceLimits } from './limits.js';
import type { Manifest } from './manifest.js';
import { wantedProcesses } from './wanted-processes.js';
import type { ScaledApp } from './autoscale.js';

const count = z.int().min(0).max(1_000_000);
const limits = {
  /** Apps, previews included. */
  apps: count,
  domains: count,
  /** Instances that its apps, awake, may have together; memory and CPU are what those may use. */
  instances: count,
  memoryMb: z.int().min(0).max(100_000_000),
  cpus: z.number().min(0).max(100_000),
  /** Builds at the same time. More wait. */
  builds: z.int().min(1).max(1_000),
  /** Layers of its releases' images, each counted once. */
  diskMb: z.int().min(0).max(100_000_000),
} satisfies Record<QuotaKey, z.ZodType>;

/** As it is stored of a team; null: no limit. */
const stored = z.object(mapLimits((limit) => limit.nullable().optional())).catch({}) as z.ZodType<
  Partial<Quota>
>;

export function storedQuota(value: unknown): Partial<Quota> {
  return stored.parse(value ?? {});
}

/** What an administrator may change: a number, `unlimited`, or null for the default; what is left out stays. */
export const quotaChange = z
  .strictObject(
    mapLimits((limit) =>
      z
        .union([limit, z.literal('unlimited')])
        .nullable()
        .optional(),
    ),
  )
  .meta({ id: 'TeamQuotaChange' });
export type QuotaChange = z.infer<typeof quotaChange>;

/** A team's quota and what it has of it: GET /v1/teams/:team/quota. */
export const quotaView = z
  .object({
    /** In force; null: no limit. */
    limits: z.object(mapLimits((limit) => limit.nullable())),
    /** What an administrator set for this team; the rest has its default. */
    set: z.array(z.enum(quotaKeys)),
    used: z.object(mapLimits(() => z.number())),
  })
  .meta({ id: 'TeamQuota' });
export type QuotaView = z.infer<typeof quotaView>;

function mapLimits<T extends z.ZodType>(made: (limit: z.ZodNumber) => T): Record<QuotaKey, T> {
  const entries = quotaKeys.map((key) => [key, made(limits[key])]);
  return Object.fromEntries(entries) as Record<QuotaKey, T>;
}

/** What is to be stored once a change is made. */
export function changedQuota(present: unknown, change: QuotaChange): Partial<Quota> {
  const next = { ...storedQuota(present) };
  for (const key of quotaKeys) {
    const value = change[key];
    if (value === null) delete next[key];
    else if (value !== undefined) next[key] = value === 'unlimited' ? null : value;
  }
  return next;
}

/** A release, as far as it says how much runs. */
export interface ReservingRelease {
  processes: unknown;
  manifest: Manifest | null;
  memoryMb: number;
  cpus: number;
}

export interface ReservingApp extends ScaledApp {
  memoryMb: number;
  cpus: number;
  pids: number;
  live: ReservingRelease | null;
  /** What deployments under way are to make of it; null: not built yet. */
  next: (ReservingRelease | null)[];
  /** A share of the visitors that another release gets. */
  split: { release: ReservingRelease; percent: number } | null;
}

export interface Reserved {
  instances: number;
  memoryMb: number;
  cpus: number;
}

export const nothingReserved: Reserved = { instances: 0, memoryMb: 0, cpus: 0 };

/**
 * What an app takes of its team's quota: all that it runs once it is awake, at the most that load may make of it. So an app that
 * sleeps counts in full, since any visitor may wake it, and one that is scaled to 0 counts nothing. While a deployment is under
 * way the larger of both releases counts, not both. Settings that wait for a release count at once. Pure.
 */
export function reservedBy(app: ReservingApp): Reserved {
  const shapes = [...(app.live === null ? [] : [app.live]), ...app.next].map((release) =>
    shapeOf(app, release),
  );
  const own = shapes.reduce(larger, nothingReserved);
  return app.split === null ? own : added(own, shareOf(app, app.split));
}

function shapeOf(app: ReservingApp, release: ReservingRelease | null): Reserved {
  const { processes, manifest, memoryMb, cpus } = release ?? {
    ...{ processes: {}, manifest: null, memoryMb: 0, cpus: 0 },
  };
  const instances = sum(
    Object.values(wantedProcesses(app, { processes, manifest }, { trial: false, most: true })),
  );
  const settled = instanceLimits(app, manifest?.limits);
  return {
    instances,
    memoryMb: instances * Math.max(memoryMb, settled.memoryMb),
    cpus: instances * Math.max(cpus, settled.cpus),
  };
}

function shareOf(app: ReservingApp, { release, percent }: NonNullable<ReservingApp['split']>): Reserved {
  const { web = 0 } = wantedProcesses(app, release, { trial: false, most: true });
  const instances = Math.ceil((web * percent) / 100);
  return { instances, memoryMb: instances * release.memoryMb, cpus: instances * release.cpus };
}

function larger(a: Reserved, b: Reserved): Reserved {
  return {
    instances: Math.max(a.instances, b.instances),
    memoryMb: Math.max(a.memoryMb, b.memoryMb),
    cpus: Math.max(a.cpus, b.cpus),
  };
}

export function added(a: Reserved, b: Reserved): Reserved {
  return {
    instances: a.instances + b.instances,
    memoryMb: a.memoryMb + b.memoryMb,
    cpus: a.cpus + b.cpus,
  };
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
