import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Page } from '#libs/contracts/api/common.js';
import type { InvitationList, MadeInvitation, NewInvitation } from '#libs/contracts/api/invitations.js';
import type { AddedMember, MemberView, NewMember } from '#libs/contracts/api/members.js';
import type { QuotaChange, QuotaView } from '#libs/contracts/quota.js';
import type { TeamUse, TeamView } from '#libs/contracts/api/teams.js';
import type { Role } from '#libs/core/roles.js';
import { path, query, request } from '../client/http.ts';

export const teamQuery = (team: string) =>
  queryOptions({
    queryKey: ['team', team],
    queryFn: ({ signal }) => request<TeamView>('GET', path('teams', team), { signal }),
  });

/** Samples come every 10 s and are no events, so this one is read on a timer. */
export const teamUseQuery = (team: string) =>
  queryOptions({
    queryKey: ['team', team, 'use'],
    queryFn: ({ signal }) => request<TeamUse>('GET', path('teams', team, 'use'), { signal }),
    refetchInterval: 10_000,
  });

/** What grows a quota are events of apps, which come in numbers: a timer is enough. */
export const teamQuotaQuery = (team: string) =>
  queryOptions({
    queryKey: ['team', team, 'quota'],
    queryFn: ({ signal }) => request<QuotaView>('GET', path('teams', team, 'quota'), { signal }),
    refetchInterval: 30_000,
  });

export const teamsQuery = infiniteQueryOptions({
  queryKey: ['teams'],
  queryFn: ({ pageParam, signal }) =>
    request<Page<TeamView>>('GET', `/teams${query({ limit: 100, cursor: pageParam })}`, { signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
});

export const membersQuery = (team: string) =>
  infiniteQueryOptions({
    queryKey: ['team', team, 'members'],
    queryFn: ({ pageParam, signal }) =>
      request<Page<MemberView>>(
        'GET',
        path('teams', team, 'members') + query({ limit: 100, cursor: pageParam }),
        {
          signal,
        },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

export const invitationsQuery = (team: string) =>
  queryOptions({
    queryKey: ['team', team, 'invitations'],
    queryFn: ({ signal }) => request<InvitationList>('GET', path('teams', team, 'invitations'), { signal }),
  });

function useTeamChange<Input, Output>(team: string, change: (input: Input) => Promise<Output>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: ['team', team] }),
  });
}

export function useChangeQuota(team: string) {
  return useTeamChange(team, (body: QuotaChange) =>
    request<QuotaView>('PATCH', path('teams', team, 'quota'), { body }),
  );
}

export function useInvite(team: string) {
  return useTeamChange(team, (body: NewInvitation) =>
    request<MadeInvitation>('POST', path('teams', team, 'invitations'), { body }),
  );
}

export function useWithdrawInvitation(team: string) {
  return useTeamChange(team, (id: string) => request<void>('DELETE', path('teams', team, 'invitations', id)));
}

export function useAddMember(team: string) {
  return useTeamChange(team, (body: NewMember) =>
    request<AddedMember>('POST', path('teams', team, 'members'), { body }),
  );
}

export function useChangeRole(team: string) {
  return useTeamChange(team, ({ userId, role }: { userId: string; role: Role }) =>
    request<MemberView>('PATCH', path('teams', team, 'members', userId), { body: { role } }),
  );
}

export function useRemoveMember(team: string) {
  return useTeamChange(team, (userId: string) =>
    request<void>('DELETE', path('teams', team, 'members', userId)),
  );
}

export function useCreateTeam() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: { slug: string; name?: string }) => request<TeamView>('POST', '/teams', { body }),
    onSuccess: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['session'] }),
        client.invalidateQueries({ queryKey: ['teams'] }),
      ]),
  });
}
