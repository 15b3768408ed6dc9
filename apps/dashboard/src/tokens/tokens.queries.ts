import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Page } from '#libs/contracts/api/common.js';
import type { CreatedToken, NewToken, TokenView } from '#libs/contracts/api/tokens.js';
import { path, query, request } from '../client/http.ts';

export const tokensQuery = infiniteQueryOptions({
  queryKey: ['tokens'],
  queryFn: ({ pageParam, signal }) =>
    request<Page<TokenView>>('GET', `/tokens${query({ cursor: pageParam })}`, { signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
});

export function useCreateToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewToken) => request<CreatedToken>('POST', '/tokens', { body }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
    // The secret leaves memory with the dialog that shows it.
    gcTime: 0,
  });
}

export function useRevokeToken() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => request<void>('DELETE', path('tokens', id)),
    onSuccess: () => client.invalidateQueries({ queryKey: ['tokens'] }),
  });
}
