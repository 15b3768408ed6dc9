import { z } from 'zod';
import { roles } from '#libs/core/roles.js';
import { id, instant, pageOf } from './common.js';

export const newMember = z
  .object({
    email: z.email().max(254).toLowerCase(),
    role: z.enum(roles),
    name: z.string().trim().min(1).max(80).optional(),
  })
  .meta({ id: 'NewMember' });
export type NewMember = z.infer<typeof newMember>;

export const memberChange = z.object({ role: z.enum(roles) }).meta({ id: 'MemberChange' });
export type MemberChange = z.infer<typeof memberChange>;

export const memberView = z
  .object({ userId: id, email: z.string(), name: z.string(), role: z.enum(roles), createdAt: instant })
  .meta({ id: 'Member' });
export type MemberView = z.infer<typeof memberView>;

/** Answer to adding a member. `password` is set, once, when the user was created by this call. */
export const addedMember = z
  .object({ member: memberView, password: z.string().nullable() })
  .meta({ id: 'AddedMember' });
export type AddedMember = z.infer<typeof addedMember>;

export const memberPage = pageOf(memberView).meta({ id: 'MemberPage' });
