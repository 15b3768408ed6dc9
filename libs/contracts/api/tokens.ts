import { z } from 'zod';
import { scopes } from '#libs/core/roles.js';
import { id, instant, pageOf } from './common.js';

/** Where and for how long a token is good. */
export const tokenReach = z.object({
  /** Slug of the only team that the token is good for; absent: every team of the user. */
  team: z.string().optional(),
  /** Absent: never expires. */
  expiresInDays: z.int().min(1).max(3650).optional(),
});
export type TokenReach = z.infer<typeof tokenReach>;

export const newToken = tokenReach
  .extend({
    name: z.string().trim().min(1).max(80),
    scopes: z.array(z.enum(scopes)).min(1).max(scopes.length),
  })
  .meta({ id: 'NewToken' });
export type NewToken = z.infer<typeof newToken>;

export const tokenView = z
  .object({
    id,
    name: z.string(),
    /** The public part of the token, to recognise it by. */
    prefix: z.string(),
    scopes: z.array(z.enum(scopes)),
    team: z.string().nullable(),
    createdAt: instant,
    expiresAt: instant.nullable(),
    lastUsedAt: instant.nullable(),
    revokedAt: instant.nullable(),
  })
  .meta({ id: 'Token' });
export type TokenView = z.infer<typeof tokenView>;

/** Answer to making a token: the only time that `secret` is shown. */
export const createdToken = z.object({ token: tokenView, secret: z.string() }).meta({ id: 'CreatedToken' });
export type CreatedToken = z.infer<typeof createdToken>;

export const tokenPage = pageOf(tokenView).meta({ id: 'TokenPage' });
