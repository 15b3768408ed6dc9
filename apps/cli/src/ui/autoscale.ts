import type { AppView } from '#libs/contracts/api/apps.js';

/** How many web instances an app has, and what that depends on, in words. */
export function autoscaleText({ autoscale, scale }: Pick<AppView, 'autoscale' | 'scale'>): string {
  const { enabled, min, max, wanted, concurrency, requestsPerSecond, cpuPercent } = autoscale;
  if (scale['web'] === 0) return 'none: turned off';
  const each = [
    concurrency !== null && `at most ${concurrency} requests at a time`,
    enabled && requestsPerSecond !== null && `${requestsPerSecond} requests per second`,
    enabled && cpuPercent !== null && `${cpuPercent} % of its CPU`,
  ].filter((part) => part !== false);
  const range = enabled ? `${Math.max(1, min)} to ${max} by load, ${wanted} now` : `${wanted}, fixed`;
  return each.length === 0 ? range : `${range}; each ${each.join(', ')}`;
}
