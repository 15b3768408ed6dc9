import { z } from 'zod';

const scaleShape = z.record(z.string(), z.number().int().min(0)).catch({});
const processShape = z.record(z.string(), z.array(z.string())).catch({});

/**
 * How many instances of each process type a release is to have. `web` runs once unless scaled (at least once: sleeping
 * comes by another way), other types run only when the scale says so. A release without process types is all web.
 */
export function wantedProcesses(scale: unknown, processes: unknown): Record<string, number> {
  const counts = scaleShape.parse(scale);
  const names = Object.keys(processShape.parse(processes));
  const wanted: Record<string, number> = {};
  for (const name of names.length === 0 ? ['web'] : names) {
    const count = name === 'web' ? Math.max(1, counts.web ?? 1) : (counts[name] ?? 0);
    if (count > 0) wanted[name] = count;
  }
  return wanted;
}
