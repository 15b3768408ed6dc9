/** What a team may have at most, set by administrators. */
export const quotaKeys = ['apps', 'domains', 'instances', 'memoryMb', 'cpus', 'builds', 'diskMb'] as const;
export type QuotaKey = (typeof quotaKeys)[number];
/** null: no limit. */
export type Quota = Record<QuotaKey, number | null>;
/** Builds are counted when one is to begin; all else is checked when it grows. */
export type GrowingKey = Exclude<QuotaKey, 'builds'>;
export type QuotaUse = Record<QuotaKey, number>;

/** Of a team for which nobody set anything: generous, since the host's own limits hold besides. */
export const defaultQuota: Quota = {
  apps: 10_000,
  domains: 5_000,
  instances: null,
  memoryMb: null,
  cpus: null,
  builds: null,
  diskMb: null,
};

/** What is in force: what was set wins, key by key. */
export function quotaOf(set: Partial<Quota>): Quota {
  const value = (key: QuotaKey) => (set[key] === undefined ? defaultQuota[key] : set[key]);
  return Object.fromEntries(quotaKeys.map((key) => [key, value(key)])) as Quota;
}

/** Sums of CPUs are not exact. */
const hair = 1e-6;

/**
 * What a change makes too large; null when it may be made. What is over its limit already, since that was lowered, may stay
 * and shrink, but not grow. Pure.
 */
export function outgrown<K extends QuotaKey>(
  quota: Quota,
  keys: readonly K[],
  before: Record<K, number>,
  after: Record<K, number>,
): K | null {
  const grownPast = (key: K) =>
    after[key] > before[key] + hair && after[key] > (quota[key] ?? Infinity) + hair;
  return keys.find(grownPast) ?? null;
}

const what: Record<GrowingKey, (limit: number) => string> = {
  apps: (limit) => `at most ${limit} apps`,
  domains: (limit) => `at most ${limit} domains`,
  instances: (limit) => `at most ${limit} instances`,
  memoryMb: (limit) => `instances with ${limit} MiB of memory together`,
  cpus: (limit) => `instances with ${limit} CPUs together`,
  diskMb: (limit) => `image layers of ${limit} MiB together`,
};

const whatToDo: Record<GrowingKey, string> = {
  apps: 'Delete an app that is not needed',
  domains: 'Remove a domain that is not needed',
  instances: 'Scale something down',
  memoryMb: 'Scale something down, or give its instances less memory',
  cpus: 'Scale something down, or give its instances fewer CPUs',
  diskMb: 'Delete an app, or keep fewer releases (berth set --keep-releases)',
};

/** What its owner is told of a change that is too large for the team: the limit, where it stands, and what to do. */
export function quotaText(key: GrowingKey, facts: { limit: number; before: number; after: number }): string {
  const figures = `it has ${shown(facts.before)} and would have ${shown(facts.after)}`;
  return `The team may have ${what[key](facts.limit)}: ${figures}. ${whatToDo[key]}, or ask an administrator for more (berth team quota).`;
}

/** What a team whose builds fill its quota is told. */
export function buildsText(limit: number): string {
  return `The team builds ${limit} at a time, as an administrator set.`;
}

function shown(value: number): string {
  return String(Math.round(value * 100) / 100);
}
