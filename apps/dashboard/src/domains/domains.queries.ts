import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Page } from '#libs/contracts/api/common.js';
import type { DomainView } from '#libs/contracts/api/domains.js';
import { path, query, request } from '../client/http.ts';

export const domainsQuery = (app: string) =>
  infiniteQueryOptions({
    queryKey: ['app', app, 'domains'],
    queryFn: ({ pageParam, signal }) =>
      request<Page<DomainView>>('GET', path('apps', app, 'domains') + query({ cursor: pageParam }), {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });

export function useAddDomain(app: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) =>
      request<DomainView>('POST', path('apps', app, 'domains'), { body: { name } }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['app', app, 'domains'] }),
  });
}

export function useRemoveDomain(app: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => request<void>('DELETE', path('apps', app, 'domains', name)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['app', app, 'domains'] }),
  });
}
