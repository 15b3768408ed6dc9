import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { MirrorList, MirrorLists } from '#libs/contracts/api/mirrors.js';
import { path, request } from '../client/http.ts';

export const mirrorsQuery = queryOptions({
  queryKey: ['mirrors'],
  queryFn: ({ signal }) => request<MirrorLists>('GET', '/platform/mirrors', { signal }),
  refetchInterval: 30_000,
});

/** Asks all of them now. */
export function useCheckMirrors() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<MirrorLists>('POST', '/platform/mirrors/check', { body: {} }),
    onSuccess: (lists) => client.setQueryData(mirrorsQuery.queryKey, lists),
  });
}

export function useSetMirrors(kind: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (mirrors: string[]) =>
      request<MirrorList>('PUT', path('platform', 'mirrors', kind), { body: { mirrors } }),
    onSuccess: () => client.invalidateQueries({ queryKey: mirrorsQuery.queryKey }),
  });
}
