import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { AppFilter } from '#libs/core/app-states.js';
import type { AppChange, AppView, ChangedApp, NewApp } from '#libs/contracts/api/apps.js';
import type { Page } from '#libs/contracts/api/common.js';
import type { TrafficView } from '#libs/contracts/api/metrics.js';
import { path, query, request } from '../client/http.ts';

export interface ListedApps {
  team?: string | undefined;
  search?: string | undefined;
  state?: AppFilter | undefined;
}

export const appsQuery = (filter: ListedApps) =>
  infiniteQueryOptions({
    queryKey: ['apps', 'list', filter],
    queryFn: ({ pageParam, signal }) =>
      request<Page<AppView>>('GET', `/apps${query({ ...filter, limit: 100, cursor: pageParam })}`, {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

/** Requests of the last hour of apps; read again each minute while it is shown. */
export const trafficQuery = (apps: string[]) =>
  queryOptions({
    queryKey: ['traffic', ...apps],
    queryFn: ({ signal }) =>
      request<TrafficView>('GET', `/traffic${query({ apps: apps.join(',') })}`, { signal }),
    refetchInterval: 60_000,
  });

export const appQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'view'],
    queryFn: ({ signal }) => request<AppView>('GET', path('apps', app), { signal }),
  });

export function createApp(body: NewApp): Promise<AppView> {
  return request<AppView>('POST', '/apps', { body });
}

export function useChangeApp(app: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: AppChange) => request<ChangedApp>('PATCH', path('apps', app), { body }),
    onSuccess: (changed) => client.setQueryData(appQuery(app).queryKey, changed.app),
    // Also where somebody else's change came first: theirs is shown then.
    onSettled: () => client.invalidateQueries({ queryKey: ['app', app] }),
  });
}

export function useRestartApp(app: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<unknown>('POST', path('apps', app, 'restart')),
    onSuccess: () => client.invalidateQueries({ queryKey: ['app', app] }),
  });
}

/** Puts an app to sleep, or wakes it. */
export function useSleep(app: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (what: 'sleep' | 'wake') => request<unknown>('POST', path('apps', app, what)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['app', app] }),
  });
}

export function useDeleteApp(app: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<void>('DELETE', path('apps', app)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['apps'] }),
  });
}
