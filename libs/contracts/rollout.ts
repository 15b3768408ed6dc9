import { z } from 'zod';

/** What an owner may set of progressive delivery; what is left out keeps its default. */
export const rolloutChange = z.strictObject({
  enabled: z.boolean().optional(),
  /** How long each share is watched at least, in seconds. */
  stepSeconds: z.int().min(5).max(86_400).optional(),
});
export type RolloutChange = z.infer<typeof rolloutChange>;

export const rolloutSettings = z
  .object({ enabled: z.boolean(), stepSeconds: z.int() })
  .meta({ id: 'RolloutSettings' });
/** Does a new release get its visitors step by step, and how long is each step? */
export type RolloutSettings = z.infer<typeof rolloutSettings>;

/** Settings in force, from what is stored of an app. */
export function rolloutOf(stored: unknown): RolloutSettings {
  return { enabled: false, stepSeconds: 60, ...rolloutChange.catch({}).parse(stored ?? {}) };
}
