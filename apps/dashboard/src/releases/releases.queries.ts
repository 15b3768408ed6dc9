import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Page } from '#libs/contracts/api/common.js';
import type { AcceptedDeployment, BuildView } from '#libs/contracts/api/deployments.js';
import type { ReleaseDiff } from '#libs/contracts/api/release-diff.js';
import type { NewSplit, Promoted, SplitView } from '#libs/contracts/api/split.js';
import type { ReleaseView } from '#libs/contracts/api/releases.js';
import { path, query, request } from '../client/http.ts';
import { useOpenDeployment } from '../deploy/deploy.queries.ts';

export const releasesQuery = (app: string) =>
  infiniteQueryOptions({
    queryKey: ['app', app, 'releases'],
    queryFn: ({ pageParam, signal }) =>
      request<Page<ReleaseView>>('GET', path('apps', app, 'releases') + query({ cursor: pageParam }), {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

export const buildQuery = (app: string, build: string) =>
  queryOptions({
    queryKey: ['app', app, 'build', build],
    queryFn: ({ signal }) => request<BuildView>('GET', path('apps', app, 'builds', build), { signal }),
  });

/** What changed between two releases; both are immutable, so the answer never ages. */
export const diffQuery = (app: string, from: number, to: number) =>
  queryOptions({
    queryKey: ['diff', app, from, to],
    queryFn: ({ signal }) =>
      request<ReleaseDiff>('GET', path('apps', app, 'releases', to, 'diff') + query({ from }), { signal }),
    staleTime: Infinity,
  });

export const splitQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'split'],
    queryFn: ({ signal }) => request<SplitView>('GET', path('apps', app, 'split'), { signal }),
  });

/** Shares the visitors out, or ends that (null). */
export function useSplit(app: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async (split: NewSplit | null) => {
      if (split === null) await request<void>('DELETE', path('apps', app, 'split'));
      else await request<SplitView>('PUT', path('apps', app, 'split'), { body: split });
    },
    onSettled: () => client.invalidateQueries({ queryKey: ['app', app] }),
  });
}

/** Gives a release all visitors, and opens the deployment that does so. */
export function usePromote(app: string) {
  const open = useOpenDeployment();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (release: number) =>
      request<Promoted>('POST', path('apps', app, 'releases', release, 'promote')),
    onSuccess: async ({ deployment }) => {
      if (deployment === null) await client.invalidateQueries({ queryKey: ['app', app] });
      else await open({ deployment });
    },
  });
}

/** Makes an earlier release live again, and opens the deployment that does so. */
export function useRollBack(app: string) {
  const open = useOpenDeployment();
  return useMutation({
    mutationFn: (release: number) =>
      request<AcceptedDeployment>('POST', path('apps', app, 'releases', release, 'rollback')),
    onSuccess: open,
  });
}
