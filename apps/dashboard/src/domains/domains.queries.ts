import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Page } from '#libs/contracts/api/common.js';
import type { DomainDns, DomainView } from '#libs/contracts/api/domains.js';
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

/** Asked again now and then while it is shown: a record that was written takes its time. */
export const dnsQuery = (app: string, domain: string) =>
  queryOptions({
    queryKey: ['dns', app, domain],
    queryFn: ({ signal }) =>
      request<DomainDns>('GET', path('apps', app, 'domains', domain, 'dns'), { signal }),
    refetchInterval: 30_000,
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
