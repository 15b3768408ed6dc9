import { z } from 'zod';
import { HOST_DEFAULT, mirrorKinds } from '#libs/core/mirrors.js';
import { instant } from './common.js';

export const mirrorKind = z.enum(mirrorKinds);

/** The most that one kind may have: a build that fails tries them one by one. */
export const MOST_MIRRORS = 8;

const mirrorUrl = z
  .url({ protocol: /^https?$/, error: 'This is no http or https address.' })
  .max(300)
  .refine((text) => {
    const { username, password, search, hash } = new URL(text);
    return username === '' && password === '' && search === '' && hash === '';
  }, 'A mirror’s address has no user, password, question or fragment.');

/** Body of PUT /v1/platform/mirrors/:kind: the ordered list. */
export const newMirrors = z
  .strictObject({
    /** Addresses in order; `default` is what the host itself is set to, and comes first when it is not named. */
    mirrors: z
      .array(z.union([z.literal(HOST_DEFAULT), mirrorUrl]))
      .max(MOST_MIRRORS)
      .refine((list) => new Set(list).size === list.length, 'One of them is named twice.'),
  })
  .meta({ id: 'NewMirrors' });
export type NewMirrors = z.infer<typeof newMirrors>;

export const mirrorView = z.object({
  /** `default`, or the address that was given. */
  name: z.string(),
  /** Where it is; null where nothing says so (the tools know themselves). */
  url: z.string().nullable(),
  /** As builds see it now: slow and failing ones are tried last. */
  standing: z.enum(['good', 'slow', 'failing']),
  ok: z.boolean().nullable(),
  latencyMs: z.int().nullable(),
  /** Why the last probe failed. */
  error: z.string().nullable(),
  checkedAt: instant.nullable(),
  checks: z.int(),
  checksOk: z.int(),
  /** Builds that went on with it, and builds that could not. */
  served: z.int(),
  failed: z.int(),
  lastServedAt: instant.nullable(),
  lastFailedAt: instant.nullable(),
});
export type MirrorView = z.infer<typeof mirrorView>;

/** The mirrors of one kind, in the order in which builds try them now. */
export const mirrorList = z
  .object({
    kind: mirrorKind,
    /** false: nobody gave a list; the host's own settings are all there is. */
    listed: z.boolean(),
    mirrors: z.array(mirrorView),
  })
  .meta({ id: 'MirrorList' });
export type MirrorList = z.infer<typeof mirrorList>;

export const mirrorLists = z.object({ items: z.array(mirrorList) }).meta({ id: 'MirrorLists' });
export type MirrorLists = z.infer<typeof mirrorLists>;

/** What came from where in one build. */
export const servedBy = z.object({
  kind: mirrorKind,
  /** An image's name, where it is about one image. */
  what: z.string().nullable(),
  /** `default`, a mirror's address, `cache` (this host's registry), or `stack` (Berth's own image). */
  from: z.string(),
  outcome: z.enum(['served', 'failed']),
  /** Why it failed, or what there is to know about what was served. */
  note: z.string().nullable(),
});
export type ServedBy = z.infer<typeof servedBy>;
