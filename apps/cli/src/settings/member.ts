import type { MemberView } from '#libs/contracts/api/members.js';
import { roles, type Role } from '#libs/core/roles.js';
import type { Context } from '../frame/context.js';
import { Failure, usage } from '../frame/failure.js';
import { seg } from '../http/client.js';

/** The role that somebody gets who is added or invited. */
export const roleOption = {
  role: {
    type: 'string',
    short: 'r',
    value: 'ROLE',
    about: 'viewer, developer or owner (developer)',
    completes: roles,
  },
} as const;

/** A member by e-mail address. Throws a Failure with exit `missing`. */
export async function memberByEmail({ api }: Context, team: string, email: string): Promise<MemberView> {
  const members = await api.list<MemberView>(`/v1/teams/${seg(team)}/members`);
  const found = members.find((one) => one.email === email.toLowerCase());
  if (found) return found;
  throw new Failure(`${email} is not in team ${team}.`, {
    todo: '`berth team members` lists who is.',
    exit: 'missing',
  });
}

export function readRole(written = 'developer'): Role {
  const role = roles.find((one) => one === written);
  if (!role) throw usage(`There is no role "${written}".`, `It is one of ${roles.join(', ')}.`);
  return role;
}
