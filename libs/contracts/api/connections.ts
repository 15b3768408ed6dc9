import { z } from 'zod';
import { instant } from './common.js';
import { outboundUrl } from './webhooks.js';

export const newConnection = z
  .object({
    /** User and password (a token) may be in it, for a private repository. */
    url: outboundUrl,
    branch: z.string().min(1).max(200).default('main'),
  })
  .meta({ id: 'NewConnection' });
export type NewConnection = z.infer<typeof newConnection>;

export const connectionView = z
  .object({
    /** Without user, password and query. */
    url: z.string(),
    branch: z.string(),
    /** What the git server is to call after a push. */
    hookUrl: z.string(),
    /** What was deployed from it last. */
    commit: z.string().nullable(),
    /** Something is to be fetched. */
    waiting: z.boolean(),
    fetchedAt: instant.nullable(),
    /** Why the newest fetch did not succeed; null: it did. */
    reason: z.string().nullable(),
    createdBy: z.string(),
    createdAt: instant,
  })
  .meta({ id: 'Connection' });
export type ConnectionView = z.infer<typeof connectionView>;

/** The secret is shown this once. */
export const madeConnection = connectionView.extend({ secret: z.string() }).meta({ id: 'MadeConnection' });
export type MadeConnection = z.infer<typeof madeConnection>;

export const pushHookAnswer = z
  .object({
    fetches: z.boolean(),
    /** Why not. */
    reason: z.string().nullable(),
  })
  .meta({ id: 'PushHookAnswer' });
export type PushHookAnswer = z.infer<typeof pushHookAnswer>;
