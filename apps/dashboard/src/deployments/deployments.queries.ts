import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Page } from '#libs/contracts/api/common.js';
import type {
  AcceptedDeployment,
  DeploymentSummary,
  DeploymentView,
} from '#libs/contracts/api/deployments.js';
import type { FramingView } from '#libs/contracts/api/framing.js';
import { path, query, request } from '../client/http.ts';
import { useOpenDeployment } from '../deploy/deploy.queries.ts';

export const deploymentsQuery = (app: string) =>
  infiniteQueryOptions({
    queryKey: ['app', app, 'deployments'],
    queryFn: ({ pageParam, signal }) =>
      request<Page<DeploymentSummary>>(
        'GET',
        path('apps', app, 'deployments') + query({ cursor: pageParam }),
        {
          signal,
        },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

export const deploymentQuery = (app: string, number: number) =>
  queryOptions({
    queryKey: ['app', app, 'deployment', number],
    queryFn: ({ signal }) =>
      request<DeploymentView>('GET', path('apps', app, 'deployments', number), { signal }),
  });

/** Asks the app itself, so not again at each event. */
export const framingQuery = (app: string) =>
  queryOptions({
    queryKey: ['framing', app],
    queryFn: ({ signal }) => request<FramingView>('GET', path('apps', app, 'framing'), { signal }),
    staleTime: 60_000,
    retry: false,
  });

export function useCancelDeployment(app: string, number: number) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<unknown>('POST', path('apps', app, 'deployments', number, 'cancel')),
    onSuccess: () => client.invalidateQueries({ queryKey: ['app', app] }),
  });
}

/** Deploys the same source again, and opens the new deployment. */
export function useRetryDeployment(app: string, number: number) {
  const open = useOpenDeployment();
  return useMutation({
    mutationFn: () => request<AcceptedDeployment>('POST', path('apps', app, 'deployments', number, 'retry')),
    onSuccess: open,
  });
}
