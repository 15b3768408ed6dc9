import { z } from 'zod';
import { id, instant } from './common.js';

export const volumeView = z
  .object({
    id,
    name: z.string(),
    /** Where the live release has it; null: that release does not name it, and it can be removed. */
    path: z.string().nullable(),
    /** As last measured; null: not yet, or its disk is on another machine. */
    sizeBytes: z.number().nullable(),
    measuredAt: instant.nullable(),
    createdAt: instant,
  })
  .meta({ id: 'Volume' });
export type VolumeView = z.infer<typeof volumeView>;

/** An app's volumes, by name. */
export const volumeList = z.object({ items: z.array(volumeView) }).meta({ id: 'VolumeList' });
export type VolumeList = z.infer<typeof volumeList>;
