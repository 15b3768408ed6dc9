import { queryOptions, useMutation, useQueryClient, useSuspenseQuery } from '@tanstack/react-query';
import { allows, type Ability, type Role } from '#libs/core/roles.js';
import type { MetaView } from '#libs/contracts/api/meta.js';
import type { ChangePassword, SessionView, SignIn } from '#libs/contracts/api/session.js';
import { request } from '../client/http.ts';
import { setPresence } from '../client/presence.ts';

/** Who is signed in; 401 when nobody is. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => request<SessionView>('GET', '/session', { signal }),
  staleTime: 60_000,
});

/** Version and addresses of the platform. */
export const metaQuery = queryOptions({
  queryKey: ['meta'],
  queryFn: ({ signal }) => request<MetaView>('GET', '/meta', { signal }),
  staleTime: Infinity,
});

export function useSignIn() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: SignIn) => request<SessionView>('POST', '/session', { body }),
    // Nothing that an earlier user saw may stay.
    onSuccess: () => client.clear(),
  });
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => request<void>('DELETE', '/session'),
    onSuccess: () => setPresence('nobody'),
  });
}

export function useChangePassword() {
  return useMutation({
    mutationFn: (body: ChangePassword) => request<void>('PATCH', '/session/password', { body }),
  });
}

/** The session; only below the shell's route, which has loaded it. */
export function useSession(): SessionView {
  return useSuspenseQuery(sessionQuery).data;
}

/** The user's role in a team; an administrator is an owner everywhere. */
export function roleIn(session: SessionView, team: string): Role | null {
  if (session.user.admin) return 'owner';
  return session.teams.find((each) => each.slug === team)?.role ?? null;
}

/** May the user do this in a team? Only decides what is shown: the server decides what is done. */
export function useCan(ability: Ability, team: string | undefined): boolean {
  const session = useSession();
  if (team === undefined) return false;
  const role = roleIn(session, team);
  return role !== null && allows(ability, role, ['admin']);
}

/** Teams in which the user may do this. */
export function useTeamsWhere(ability: Ability): SessionView['teams'] {
  const session = useSession();
  return session.teams.filter((team) => {
    const role = roleIn(session, team.slug);
    return role !== null && allows(ability, role, ['admin']);
  });
}
