import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { AppDisk, CollectionView } from '#libs/contracts/api/disk.js';
import { path, request } from '../client/http.ts';

export const appDiskQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'disk'],
    queryFn: ({ signal }) => request<AppDisk>('GET', `${path('apps', app)}/disk`, { signal }),
  });

export const platformDiskQuery = queryOptions({
  queryKey: ['platform-disk'],
  queryFn: ({ signal }) => request<CollectionView>('GET', '/platform/disk', { signal }),
});

/** Removes what is not needed any more, then looks anew. */
export function useCollectDisk() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () =>
      request<CollectionView>('POST', '/platform/disk/collections', { body: { dryRun: false } }),
    onSuccess: () => client.invalidateQueries({ queryKey: platformDiskQuery.queryKey }),
  });
}
