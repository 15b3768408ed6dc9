import { z } from 'zod';
import { defaultLimits } from '#libs/core/limits.js';

/** What one instance may use. */
const ofInstance = {
  memoryMb: z.int().min(64).max(32_768),
  cpus: z.number().min(0.1).max(32),
  pids: z.int().min(32).max(4096),
};
/** The longest wait for an answer's beginning, in seconds. */
const requestSeconds = z.int().min(1).max(3_600);
/** The largest body of one request, in bytes; below 2 GiB. */
const bodyBytes = z.int().min(1_024).max(2_147_483_647);

/** What berth.toml may say; what is left out is not set. */
export const limitsOfFile = z.object({ ...ofInstance, requestSeconds, bodyBytes }).partial();
export type LimitsOfFile = z.infer<typeof limitsOfFile>;

/**
 * What an owner may change. Of the limits on requests, null is back to what berth.toml says, and 0 none at all; they act at once, the others
 * with a release of their own.
 */
export const limitsChange = z.strictObject({
  memoryMb: ofInstance.memoryMb.optional(),
  cpus: ofInstance.cpus.optional(),
  pids: ofInstance.pids.optional(),
  requestSeconds: z
    .union([requestSeconds, z.literal(0)])
    .nullable()
    .optional(),
  bodyBytes: z
    .union([bodyBytes, z.literal(0)])
    .nullable()
    .optional(),
});

/** As they are in force; null: no limit. */
export const limitsView = z
  .object({ ...ofInstance, requestSeconds: z.int().nullable(), bodyBytes: z.int().nullable() })
  .meta({ id: 'Limits' });

/** Limits of an instance for the next release: one that is as Berth made it was not set by anybody. */
export function instanceLimits(
  app: typeof defaultLimits,
  file: LimitsOfFile = {},
): { memoryMb: number; cpus: number; pids: number } {
  const one = <K extends keyof typeof defaultLimits>(key: K) =>
    app[key] === defaultLimits[key] ? (file[key] ?? app[key]) : app[key];
  return { memoryMb: one('memoryMb'), cpus: one('cpus'), pids: one('pids') };
}

/** Limits on an app's requests; null: none. */
export function requestLimits(
  app: { requestSeconds: number | null; bodyBytes: number | null },
  file: LimitsOfFile = {},
): { requestSeconds: number | null; bodyBytes: number | null } {
  return {
    requestSeconds: (app.requestSeconds ?? file.requestSeconds) || null,
    bodyBytes: (app.bodyBytes ?? file.bodyBytes) || null,
  };
}
