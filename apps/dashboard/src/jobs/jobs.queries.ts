import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Page } from '#libs/contracts/api/common.js';
import type { CronList, JobView } from '#libs/contracts/api/jobs.js';
import { path, query, request } from '../client/http.ts';

/** Runs of a schedule that succeed are no events, so these are read on a timer. */
const refetchInterval = 10_000;

export const cronQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'cron'],
    queryFn: ({ signal }) => request<CronList>('GET', path('apps', app, 'cron'), { signal }),
    refetchInterval,
  });

export const jobsQuery = (app: string) =>
  infiniteQueryOptions({
    queryKey: ['app', app, 'jobs'],
    queryFn: ({ pageParam, signal }) =>
      request<Page<JobView>>('GET', path('apps', app, 'jobs') + query({ cursor: pageParam }), { signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
    refetchInterval,
  });

export function useRunCron(app: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      request<JobView>('POST', path('apps', app, 'cron', 'run'), { body: { name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['app', app] }),
  });
}

export function useCancelJob(app: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<JobView>('POST', path('apps', app, 'jobs', id, 'cancel')),
    onSuccess: () => client.invalidateQueries({ queryKey: ['app', app, 'jobs'] }),
  });
}
