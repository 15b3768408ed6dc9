import { z } from 'zod';
import { roles } from '#libs/core/roles.js';
import { id, instant } from './common.js';
import { newPassword } from './session.js';

export const newInvitation = z
  .object({ email: z.email().max(254).toLowerCase(), role: z.enum(roles) })
  .meta({ id: 'NewInvitation' });
export type NewInvitation = z.infer<typeof newInvitation>;

export const invitationView = z
  .object({
    id,
    email: z.string(),
    role: z.enum(roles),
    createdBy: z.string(),
    createdAt: instant,
    expiresAt: instant,
  })
  .meta({ id: 'Invitation' });
export type InvitationView = z.infer<typeof invitationView>;

export const invitationList = z.object({ items: z.array(invitationView) }).meta({ id: 'InvitationList' });
export type InvitationList = z.infer<typeof invitationList>;

/** `url` is shown only now: its fragment, which browsers send nowhere, is the secret. */
export const madeInvitation = z
  .object({ invitation: invitationView, url: z.string() })
  .meta({ id: 'MadeInvitation' });
export type MadeInvitation = z.infer<typeof madeInvitation>;

const secret = z.string().max(100);
/** What is after the # of the link. */
export const invitationSecret = z.object({ secret }).meta({ id: 'InvitationSecret' });
export type InvitationSecret = z.infer<typeof invitationSecret>;

/** For who has no account yet. */
export const acceptInvitation = z
  .object({
    secret,
    name: z.string().trim().min(1).max(80),
    password: newPassword,
  })
  .meta({ id: 'AcceptInvitation' });
export type AcceptInvitation = z.infer<typeof acceptInvitation>;

/** What an invited person sees of it. */
export const shownInvitation = z
  .object({
    team: z.object({ slug: z.string(), name: z.string() }),
    email: z.string(),
    role: z.enum(roles),
    invitedBy: z.string(),
    expiresAt: instant,
    /** Has an account: signs in and joins, instead of choosing a password. */
    hasAccount: z.boolean(),
  })
  .meta({ id: 'ShownInvitation' });
export type ShownInvitation = z.infer<typeof shownInvitation>;
