import { z } from 'zod';

/** What an owner may set of an app's previews; what is left out keeps its default. */
export const previewsChange = z.strictObject({
  enabled: z.boolean().optional(),
  /** A preview goes so many days after the last push to its branch. */
  days: z.int().min(1).max(90).optional(),
  /** Do previews get the app's own config too, secrets included? */
  withConfig: z.boolean().optional(),
});
export type PreviewsChange = z.infer<typeof previewsChange>;

export const previewsSettings = z
  .object({ enabled: z.boolean(), days: z.int(), withConfig: z.boolean() })
  .meta({ id: 'PreviewsSettings' });
/** Does a pushed branch get an app of its own, for how long, and with whose config? */
export type PreviewsSettings = z.infer<typeof previewsSettings>;

/** Settings in force, from what is stored of an app. */
export function previewsOf(stored: unknown): PreviewsSettings {
  return { enabled: false, days: 7, withConfig: false, ...previewsChange.catch({}).parse(stored ?? {}) };
}
