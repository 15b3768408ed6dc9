import { z } from 'zod';
import { imageLayer } from '#libs/contracts/build-plan.js';

/** `?from=3`: the release to compare with; left out: the one before. */
export const releaseDiffQuery = z.object({
  from: z.coerce.number().int().min(1).max(1_000_000_000).optional(),
});

export const fileChange = z
  .object({
    path: z.string(),
    kind: z.enum(['added', 'removed', 'changed']),
    bytesBefore: z.int().nullable(),
    bytesAfter: z.int().nullable(),
    /** null where lines were not compared: no text, too large, changed too much, or too many files before it. */
    linesAdded: z.int().nullable(),
    linesRemoved: z.int().nullable(),
    /** Unified form. Absent lines: see above. */
    patch: z.string().nullable(),
  })
  .meta({ id: 'FileChange' });
export type FileChange = z.infer<typeof fileChange>;

const codeSide = z.object({
  kind: z.string(),
  commit: z.string().nullable(),
  message: z.string().nullable(),
});

export const releaseDiff = z
  .object({
    from: z.int(),
    to: z.int(),
    code: z.object({
      /** null: neither was built from source by Berth. */
      before: codeSide.nullable(),
      after: codeSide.nullable(),
      /** Why files could not be compared, in a sentence; null when they were. */
      unknown: z.string().nullable(),
      files: z.array(fileChange),
      /** Changed files that are not in the list. */
      more: z.int(),
    }),
    /** Names alone; values stay sealed. */
    config: z.object({
      added: z.array(z.string()),
      removed: z.array(z.string()),
      changed: z.array(z.string()),
    }),
    /** What else a release freezes: processes, port, limits, checks. */
    settings: z.array(z.object({ name: z.string(), before: z.string(), after: z.string() })),
    image: z.object({
      before: z.string(),
      after: z.string(),
      /** From the base up; removed ones where they were. */
      layers: z.array(
        z.object({
          change: z.enum(['same', 'added', 'removed']),
          ...imageLayer.pick({ digest: true, sizeBytes: true, part: true, createdBy: true }).shape,
        }),
      ),
      sameBytes: z.number(),
      addedBytes: z.number(),
      removedBytes: z.number(),
    }),
  })
  .meta({ id: 'ReleaseDiff' });
export type ReleaseDiff = z.infer<typeof releaseDiff>;
