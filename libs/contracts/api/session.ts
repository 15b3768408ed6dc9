import { z } from 'zod';
import { roles } from '#libs/core/roles.js';
import { id, instant } from './common.js';

/** Body of POST /v1/session. */
export const signIn = z
  .object({ email: z.string().min(1).max(254), password: z.string().min(1).max(256) })
  .meta({ id: 'SignIn' });
export type SignIn = z.infer<typeof signIn>;

/** A new password: length is what counts; 256 characters bound the hashing. */
export const newPassword = z.string().min(10, 'A password has at least 10 characters.').max(256);

/** Body of PATCH /v1/session/password. Ends every other session of the user. */
export const changePassword = z
  .object({ current: z.string().min(1).max(256), next: newPassword })
  .meta({ id: 'ChangePassword' });
export type ChangePassword = z.infer<typeof changePassword>;

export const userView = z
  .object({ id, email: z.string(), name: z.string(), admin: z.boolean(), createdAt: instant })
  .meta({ id: 'User' });

/** Who is calling: GET /v1/session. */
export const sessionView = z
  .object({
    user: userView,
    teams: z.array(
      z.object({ slug: z.string(), name: z.string(), role: z.enum(roles) }).meta({ id: 'SessionTeam' }),
    ),
    /** How the caller is known: a signed-in browser or a token. */
    via: z.enum(['session', 'token']),
    expiresAt: instant.nullable(),
    /** Is the password still the one that was made for the user? */
    passwordGiven: z.boolean(),
  })
  .meta({ id: 'Session' });
export type SessionView = z.infer<typeof sessionView>;
